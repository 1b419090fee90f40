package dev.spool.cli;

import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.cli.base.Outcome;
import dev.spool.cli.base.StandardStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code spool cat}: the exact bytes of messages. */
@Command(
        name = "cat",
        header = "Write messages to standard output.",
        description = "Write the bytes of the messages, one after the other, to standard output.")
final class CatCommand extends SpoolCommand {

    @Mixin
    private SpoolDirectory directory;

    @Parameters(
            paramLabel = "ID",
            arity = "1..*",
            converter = SpoolIdConverter.class,
            description = "Messages, by their 32 hex digits.")
    private List<SpoolId> ids;

    CatCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Failures failures = new Failures(this);
        try (SpoolReader spool = directory.openReadOnly()) {
            for (SpoolId id : ids) {
                try {
                    cat(spool, id, failures);
                } catch (SpoolException e) {
                    failures.add(id.toString(), e);
                }
            }
        }
        return failures.exitCode();
    }

    private void cat(SpoolReader spool, SpoolId id, Failures failures) throws IOException {
        Optional<Message> message = Outcome.of(spool.load(id));
        if (message.isEmpty()) {
            failures.add("no message " + id, ExitCode.NO_SUCH_MESSAGE);
            return;
        }
        for (ByteBuffer part : message.get().body()) {
            streams.write(part);
        }
    }
}
