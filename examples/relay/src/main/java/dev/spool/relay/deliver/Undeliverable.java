package dev.spool.relay.deliver;

import dev.spool.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * A directory for what the relay takes out of the spool without having delivered it: {@code NAME.eml} with the message's bytes, and beside it
 * {@code NAME.envelope} with the envelope's bytes, and {@code NAME.reason} with a line for people. The relay writes no bounces: somebody has
 * to look here. It holds mail, so nobody but the owner may read the files, nor the directory if the relay has created it. Safe for any thread.
 */
public final class Undeliverable {

    private final Path directory;

    public Undeliverable(Path directory) {
        this.directory = directory;
    }

    /**
     * Keeps a message; on disk when this returns.
     *
     * @param name its own for each time that recipients of the message are put aside, as another's is replaced; the same when that is done again
     * @throws IOException if it cannot be written: the message has to stay in the spool
     */
    void keep(String name, Message message, ByteBuffer envelope, String reason) throws IOException {
        create(directory);
        write(name + ".eml", message.body());
        write(name + ".envelope", List.of(envelope.duplicate()));
        write(name + ".reason", List.of(StandardCharsets.UTF_8.encode(reason.replaceAll("\\s+", " ") + "\n")));
        sync(directory);
        // At each time: whoever has created it may have been killed before this.
        sync(parent(directory));
    }

    private static void create(Path missing) throws IOException {
        if (Files.isDirectory(missing)) {
            return;
        }
        Path parent = parent(missing);
        create(parent);
        Files.createDirectories(missing, permissions(missing, "rwx------")); // no error if another worker was faster
        sync(parent);
    }

    /** The root is its own. */
    private static Path parent(Path path) {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }

    private static FileAttribute<?>[] permissions(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void write(String name, List<ByteBuffer> bytes) throws IOException {
        Path half = directory.resolve(name + ".new");
        Files.deleteIfExists(half); // of a crash; with permissions of its own
        try (FileChannel channel = FileChannel.open(
                half,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                permissions(half, "rw-------"))) {
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
