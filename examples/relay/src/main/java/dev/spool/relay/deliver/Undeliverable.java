package dev.spool.relay.deliver;

import dev.spool.Message;
import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A directory for what the relay takes out of the spool without having delivered it: {@code ID.eml} with the message's bytes, and beside it
 * {@code ID.envelope} with the envelope's bytes, and {@code ID.reason} with a line for people. The relay writes no bounces: somebody has to
 * look here. Safe for any thread.
 */
public final class Undeliverable {

    private final Path directory;

    public Undeliverable(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps a message; on disk when this returns. Doing it again replaces it.
     *
     * @throws IOException if it cannot be written: the message has to stay in the spool
     */
    void keep(SpoolId id, Message message, ByteBuffer envelope, String reason) throws IOException {
        Files.createDirectories(directory);
        write(id + ".eml", message.body());
        write(id + ".envelope", List.of(envelope.duplicate()));
        write(id + ".reason", List.of(StandardCharsets.UTF_8.encode(reason.replaceAll("\\s+", " ") + "\n")));
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void write(String name, List<ByteBuffer> bytes) throws IOException {
        Path half = directory.resolve(name + ".new");
        try (FileChannel channel = FileChannel.open(
                half, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (ByteBuffer part : bytes) {
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
            channel.force(true);
        }
        Files.move(half, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
