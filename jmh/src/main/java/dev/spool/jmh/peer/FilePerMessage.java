package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;

/**
 * One file per message, as Maildir and classic queues have it: written and synced beside, renamed into place, and the directory
 * synced.
 */
final class FilePerMessage implements Peer {

    private final Path written;
    private final Path placed;
    private final FileChannel directory;

    FilePerMessage(Path root) throws IOException {
        written = Files.createDirectory(root.resolve("tmp"));
        placed = Files.createDirectory(root.resolve("new"));
        directory = FileChannel.open(placed, StandardOpenOption.READ);
    }

    @Override
    public void store(SpoolId id, byte[] body) throws IOException {
        Path file = written.resolve(id.toString());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(body);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
        Files.move(file, placed.resolve(id.toString()), StandardCopyOption.ATOMIC_MOVE);
        directory.force(true);
    }

    @Override
    public int load(SpoolId id) throws IOException {
        return Files.readAllBytes(placed.resolve(id.toString())).length;
    }

    @Override
    public void remove(SpoolId id) throws IOException {
        Files.delete(placed.resolve(id.toString()));
        directory.force(true);
    }

    @Override
    public void removeAll(Collection<SpoolId> ids) throws IOException {
        for (SpoolId id : ids) {
            Files.delete(placed.resolve(id.toString()));
        }
        directory.force(true);
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
