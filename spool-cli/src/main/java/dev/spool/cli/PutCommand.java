package dev.spool.cli;

import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.mail.BodyBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code spool put}: a message a file, and an id a line, each once it is on disk. */
@Command(
        name = "put",
        header = "Store files, or standard input, as messages.",
        description = {
            "Store each FILE, or standard input, as one message without an envelope.",
            "Prints the id of each message once it is on disk."
        })
final class PutCommand extends SpoolCommand {

    @Mixin
    private NewSpoolDirectory directory;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files to store; - is standard input.")
    private List<Path> files = List.of();

    PutCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Failures failures = new Failures(this);
        List<Path> sources = files.isEmpty() ? List.of(Path.of("-")) : files;
        try (Spool spool = directory.open(SpoolOptions.DEFAULTS)) {
            for (Path source : sources) {
                try {
                    put(spool, source);
                } catch (IOException | IllegalArgumentException e) {
                    failures.add(source.toString(), e);
                }
            }
        }
        return failures.exitCode();
    }

    private void put(Spool spool, Path source) throws IOException {
        long maxBytes = spool.stats().maxMessageBytes();
        BodyBuilder body = read(source, maxBytes);
        if (body.isTooLarge()) {
            throw new IOException(source + ": larger than " + maxBytes + " bytes, the most that this spool takes");
        }
        SpoolId id = SpoolId.next();
        spool.blocking().store(id, body.build());
        streams.line(id.toString());
        streams.flush();
    }

    private BodyBuilder read(Path source, long maxBytes) throws IOException {
        if (source.toString().equals("-")) {
            return BodyBuilder.read(streams.in(), maxBytes);
        }
        try (InputStream input = Files.newInputStream(source)) {
            return BodyBuilder.read(input, maxBytes);
        }
    }
}
