package dev.spool.cli;

import dev.spool.Spool;
import dev.spool.cli.base.JsonLines;
import dev.spool.cli.base.StandardStreams;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool compact}: gives back what removed and replaced messages occupy. */
@Command(
        name = "compact",
        header = "Give back what removed and replaced messages occupy.",
        description = "Compact until nothing is left to gain; prints the bytes before and after.")
final class CompactCommand extends SpoolCommand {

    @Mixin
    private SpoolDirectory directory;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    CompactCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        long before;
        long after;
        try (Spool spool = directory.open()) {
            before = spool.stats().totalBytes();
            spool.blocking().compact();
            after = spool.stats().totalBytes();
        }
        if (json) {
            new JsonLines(streams).line(object -> {
                object.writeNumberField("bytesBefore", before);
                object.writeNumberField("bytesAfter", after);
            });
        } else {
            streams.line("compacted from " + before + " to " + after + " bytes");
        }
        return ExitCode.OK;
    }
}
