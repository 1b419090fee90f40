package dev.spool.relay;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The relay's command line. */
@Command(
        name = "relay",
        description = "A small SMTP relay on a spool, and both ends to try it with.",
        mixinStandardHelpOptions = true,
        subcommands = {ServeCommand.class, SinkCommand.class, LoadCommand.class})
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        // One line for each record; -Djava.util.logging.SimpleFormatter.format=... says otherwise.
        if (System.getProperty("java.util.logging.SimpleFormatter.format") == null) {
            System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
        }
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
