package dev.spool.cli.copy;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code .copy.state} in the directory of a spool that is an unfinished copy. It names the spool that is copied, so
 * that only a copy of the same one is taken up again. It is there before the spool is made: a directory that holds nothing
 * but names with a dot in front counts as empty.
 *
 * <pre>
 *   spool copy 1
 *   source STOREID
 * </pre>
 */
final class CopyMarker {

    private static final String FILE_NAME = ".copy.state";
    private static final String TEMPORARY_NAME = FILE_NAME + ".tmp";
    private static final Pattern CONTENT = Pattern.compile("spool copy 1\nsource ([0-9a-f-]{36})\n");

    private final Path directory;

    CopyMarker(Path directory) {
        this.directory = directory;
    }

    /** The store that is being copied, if this is an unfinished copy. */
    Optional<UUID> source() throws IOException {
        if (!Files.exists(file())) {
            return Optional.empty();
        }
        Matcher content = CONTENT.matcher(Files.readString(file(), StandardCharsets.US_ASCII));
        if (!content.matches()) {
            throw new IOException(file() + " is damaged: it does not name the source of this unfinished copy; "
                    + "remove the directory and copy again");
        }
        return Optional.of(UUID.fromString(content.group(1)));
    }

    /** Writes the marker; on disk when this returns. */
    void write(UUID source) throws IOException {
        makeDirectory();
        Path unfinished = directory.resolve(TEMPORARY_NAME);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.US_ASCII.encode("spool copy 1\nsource " + source + "\n"));
            channel.force(true);
        }
        Files.move(unfinished, file(), StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    /** Removes the marker; on disk when this returns. */
    void remove() throws IOException {
        Files.deleteIfExists(file());
        syncDirectory();
    }

    /** Whether the file is a marker that a crash left unfinished. */
    static boolean isTemporary(Path file) {
        return file.endsWith(TEMPORARY_NAME);
    }

    private Path file() {
        return directory.resolve(FILE_NAME);
    }

    /** As private as a spool's directory is. */
    private void makeDirectory() throws IOException {
        Path absolute = directory.toAbsolutePath();
        if (Files.isDirectory(absolute)) {
            return;
        }
        if (absolute.getParent() != null) {
            Files.createDirectories(absolute.getParent());
        }
        Files.createDirectory(absolute);
        if (Files.getFileStore(absolute).supportsFileAttributeView(PosixFileAttributeView.class)) {
            Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private void syncDirectory() throws IOException {
        if (File.separatorChar == '\\') {
            // Windows opens no directory, and makes names durable with their files.
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
