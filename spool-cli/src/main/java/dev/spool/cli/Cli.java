package dev.spool.cli;

import dev.spool.cli.base.ClosedOutputException;
import dev.spool.cli.base.Diagnosis;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.base.StopSignal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code spool COMMAND [options]}. */
@Command(
        name = "spool",
        description = "A durable message spool for mail and queue servers.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 fine; 1 failed; 2 usage; 3 no such message; 4 corrupt, or a difference found; 5 full; "
                    + "6 locked by another process. fsck has its own.",
            "SPOOL_DEBUG=1 in the environment adds stack traces and logs; SPOOL_JAVA_OPTS adds flags of the JVM."
        })
final class Cli implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    private Cli() {}

    /** Runs one command to its end and returns its exit code; output is flushed. */
    static int run(StandardStreams streams, StopSignal stop, String... args) {
        try {
            return commandLine(streams, stop).execute(args);
        } catch (OutOfMemoryError e) {
            streams.note("spool: not enough memory; give the JVM more by SPOOL_JAVA_OPTS=-Xmx...");
            return ExitCode.FAILED;
        }
    }

    private static CommandLine commandLine(StandardStreams streams, StopSignal stop) {
        CommandLine commandLine = new CommandLine(new Cli())
                .addSubcommand(new PutCommand(streams))
                .addSubcommand(new ImportCommand(streams))
                .addSubcommand(new ExportCommand(streams))
                .addSubcommand(new CatCommand(streams))
                .addSubcommand(new LsCommand(streams))
                .addSubcommand(new RmCommand(streams))
                .addSubcommand(new StatCommand(streams))
                .addSubcommand(new CompactCommand(streams))
                .addSubcommand(new CopyCommand(streams))
                .addSubcommand(new FsckCommand(streams))
                .addSubcommand(new StressCommand(streams, stop))
                .addSubcommand(new VerifyCommand(streams))
                .addSubcommand(new DemoCommand(streams))
                .addSubcommand(new SuperviseCommand(streams, stop))
                .addSubcommand(new HandoffCommand(streams));
        return commandLine
                .setOut(streams.outWriter())
                .setErr(streams.errWriter())
                .setColorScheme(new ColorScheme.Builder(Ansi.OFF).build())
                .setUsageHelpLongOptionsMaxWidth(30)
                // A file may be named @x.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, arguments) -> usageError(streams, e))
                .setExecutionExceptionHandler((e, failed, parsed) -> failure(streams, failed, e));
    }

    private static int usageError(StandardStreams streams, ParameterException e) {
        CommandSpec failed = e.getCommandLine().getCommandSpec();
        String command = failed.qualifiedName();
        streams.note(
                command + ": " + Diagnosis.oneLine(String.valueOf(e.getMessage())) + "; see " + command + " --help");
        return failed.exitCodeOnInvalidInput();
    }

    private static int failure(StandardStreams streams, CommandLine failed, Exception e) {
        SpoolCommand command = failed.getCommand();
        if (e instanceof ClosedOutputException) {
            return command.exitCodeWhenOutputIsClosed();
        }
        streams.note(command.name() + ": " + Diagnosis.of(e));
        Diagnosis.trace(e, streams);
        return command.exitCodeOf(e);
    }

    /** Without a command there is nothing to do: prints the usage, to standard error. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
