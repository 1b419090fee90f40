package dev.spool.cli;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.cli.base.Outcome;
import dev.spool.cli.base.StandardStreams;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code spool rm}: removes messages, durably. */
@Command(
        name = "rm",
        header = "Remove messages.",
        description = "Remove messages, damaged ones included. On disk when the command ends.")
final class RmCommand extends SpoolCommand {

    @Mixin
    private SpoolDirectory directory;

    @Parameters(
            paramLabel = "ID",
            arity = "1..*",
            converter = SpoolIdConverter.class,
            description = "Messages, by their 32 hex digits.")
    private List<SpoolId> ids;

    RmCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Failures failures = new Failures(this);
        long removed = 0;
        try (Spool spool = directory.open()) {
            // All are submitted before the first is waited for, so that they share syncs.
            Map<SpoolId, CompletableFuture<Boolean>> removals = new LinkedHashMap<>();
            for (SpoolId id : ids) {
                removals.computeIfAbsent(id, spool::remove);
            }
            for (Map.Entry<SpoolId, CompletableFuture<Boolean>> removal : removals.entrySet()) {
                try {
                    if (Outcome.of(removal.getValue())) {
                        removed++;
                    } else {
                        failures.add("no message " + removal.getKey(), ExitCode.NO_SUCH_MESSAGE);
                    }
                } catch (SpoolException e) {
                    failures.add(removal.getKey().toString(), e);
                }
            }
        }
        streams.line("removed " + removed + " messages");
        return failures.exitCode();
    }
}
