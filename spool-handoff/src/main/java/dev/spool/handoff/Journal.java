package dev.spool.handoff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor leaves to the one that comes after it: which processes it had started, and how far a handoff had come. A small
 * file beside the socket, replaced by renaming; durable when {@link #write} returns. Text, a line each:
 *
 * <pre>
 * spool-handoff 1
 * handoff ID PHASE        or: idle
 * incumbent PID START     or: incumbent none
 * successor PID START     or: successor none
 * crc HEX                 CRC-32C of the lines before
 * </pre>
 */
final class Journal {

    private static final String FIRST_LINE = "spool-handoff 1";
    private static final String NONE = "none";

    private final Path path;

    Journal(Path path) {
        this.path = path;
    }

    /**
     * What is written.
     *
     * @param handoff the one under way; null if none is
     * @param taking whether the successor may have been told to take over
     */
    record Entry(
            @Nullable UUID handoff,
            boolean taking,
            @Nullable ProcessId incumbent,
            @Nullable ProcessId successor) {}

    /**
     * What stands in the file; empty if there is none.
     *
     * @throws IOException if it cannot be read, or is no journal
     */
    Optional<Entry> read() throws IOException {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        List<String> lines = text.lines().toList();
        if (lines.size() != 5
                || !lines.get(0).equals(FIRST_LINE)
                || !lines.get(4).equals("crc " + crc(lines))) {
            throw new IOException(path + " is no journal of this version of a supervisor, or is damaged; see that no"
                    + " server runs, and remove it");
        }
        String[] handoff = lines.get(1).split(" ", -1);
        boolean idle = handoff[0].equals("idle");
        return Optional.of(new Entry(
                idle ? null : UUID.fromString(handoff[1]),
                !idle && handoff[2].equals("TAKING"),
                process(lines.get(2)),
                process(lines.get(3))));
    }

    private static @Nullable ProcessId process(String line) {
        String[] words = line.split(" ", -1);
        return words[1].equals(NONE) ? null : new ProcessId(Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    void write(Entry entry) throws IOException {
        List<String> lines = List.of(
                FIRST_LINE,
                entry.handoff() == null
                        ? "idle"
                        : "handoff " + entry.handoff() + " " + (entry.taking() ? "TAKING" : "STARTING"),
                line("incumbent", entry.incumbent()),
                line("successor", entry.successor()),
                "");
        String text = String.join("\n", lines.subList(0, 4)) + "\ncrc " + crc(lines) + "\n";
        Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        try (FileChannel file = FileChannel.open(
                temporary,
                java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory();
    }

    /** Takes the file away: no process is left that it could name. */
    void delete() throws IOException {
        if (Files.deleteIfExists(path)) {
            syncDirectory();
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static String line(String role, @Nullable ProcessId process) {
        return role + " " + (process == null ? NONE : process.pid() + " " + process.start());
    }

    private static String crc(List<String> lines) {
        CRC32C crc = new CRC32C();
        crc.update(String.join("\n", lines.subList(0, 4)).getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
