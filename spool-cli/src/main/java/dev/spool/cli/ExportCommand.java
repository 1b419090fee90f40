package dev.spool.cli;

import dev.spool.Message;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.cli.base.Directories;
import dev.spool.cli.base.Progress;
import dev.spool.cli.base.StandardStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool export}: each message to a file of its own. */
@Command(
        name = "export",
        header = "Write each message to a file.",
        description = "Write each message, byte for byte, to OUT/ID.eml, replacing files of that name.")
final class ExportCommand extends SpoolCommand {

    @Mixin
    private SpoolDirectory directory;

    @Option(names = "--out", required = true, paramLabel = "OUT", description = "Where to; made if it is missing.")
    private Path out;

    ExportCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Failures failures = new Failures(this);
        Export run = new Export();
        try (SpoolReader spool = directory.openReadOnly();
                Progress progress = new Progress(streams, "messages exported")) {
            Directories.requireOutside(out, directory.path());
            Files.createDirectories(out);
            new EntryReader(failures).read(spool, (item, message) -> {
                run.write(item.id(), message);
                progress.at(run.messages);
            });
        }
        streams.line("exported " + run.messages + " messages, " + run.bytes + " bytes");
        return failures.exitCode();
    }

    private final class Export {
        private long messages;
        private long bytes;

        /** Renames into place, so that a file of that name is always a whole message. */
        void write(SpoolId id, Message message) throws IOException {
            Path unfinished = out.resolve("." + id + ".unfinished");
            try (FileChannel file = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                for (ByteBuffer part : message.body()) {
                    while (part.hasRemaining()) {
                        file.write(part);
                    }
                }
            }
            Files.move(unfinished, out.resolve(id + ".eml"), StandardCopyOption.REPLACE_EXISTING);
            messages++;
            bytes += message.bodyBytes();
        }
    }
}
