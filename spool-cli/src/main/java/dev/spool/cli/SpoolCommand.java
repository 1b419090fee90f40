package dev.spool.cli;

import dev.spool.cli.base.StandardStreams;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands have in common. */
abstract class SpoolCommand implements Callable<Integer> {

    protected final StandardStreams streams;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable")
    private boolean help;

    SpoolCommand(StandardStreams streams) {
        this.streams = streams;
    }

    /**
     * Does the work.
     *
     * @return the exit code
     * @throws Exception if it could not be done, told by {@link #exitCodeOf}
     */
    abstract int run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        int code = run();
        streams.flush();
        return code;
    }

    /** The exit code for a failure that ended the command. */
    int exitCodeOf(Exception failure) {
        return ExitCode.of(failure);
    }

    /** A reader that has seen enough is no failure. */
    int exitCodeWhenOutputIsClosed() {
        return ExitCode.OK;
    }

    /** The command's name as the user typed it, such as {@code spool put}. */
    final String name() {
        return spec.qualifiedName();
    }

    /** Writes a note under this command's name to standard error. */
    final void note(String text) {
        streams.note(name() + ": " + text);
    }
}
