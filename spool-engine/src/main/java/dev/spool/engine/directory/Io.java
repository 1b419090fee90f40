package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Reading and replacing small files whole. */
final class Io {

    private Io() {}

    /** Something that touches files and may be done again from its beginning. */
    interface Action<T> {
        T run() throws IOException, SpoolException;
    }

    /** An {@link Action} without a result. */
    interface Step {
        void run() throws IOException, SpoolException;
    }

    /**
     * Runs an action that an interrupt of this thread does not disturb: the flag is taken off and put back at the end, and
     * what an interrupt cuts off all the same is run again. Failures come out as a {@link SpoolException}.
     *
     * @param doing what is done to {@code path}, for the message of a failure: "cannot (doing) (path)"
     */
    static <T> T uninterrupted(String doing, Path path, Action<T> action) throws SpoolException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return action.run();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                } catch (SpoolException e) {
                    throw e;
                } catch (IOException e) {
                    throw failure(doing, path, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #uninterrupted}, without a result. */
    static void run(String doing, Path path, Step step) throws SpoolException {
        uninterrupted(doing, path, () -> {
            step.run();
            return true;
        });
    }

    private static SpoolException failure(String doing, Path path, IOException cause) {
        String text = "cannot " + doing + " " + path + ": " + cause;
        String reason = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        // The JDK has no type for a full volume, only the system's words.
        if (reason.contains("no space left") || reason.contains("quota exceeded")) {
            return new SpoolFullException(text + "; make room on the volume", cause);
        }
        return new SpoolIoException(text, cause);
    }

    /** The file's bytes, {@code max} of them at most; empty if there is no file. */
    static Optional<ByteBuffer> read(Disk disk, Path path, int max) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(max, file.size()));
            file.read(bytes, 0);
            return Optional.of(bytes.flip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Makes or replaces a file, by renaming; durable when this returns, and at any time the old one or the new one. */
    static void replace(Disk disk, Path path, ByteBuffer content) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + Layout.TEMPORARY);
        try (DiskFile file = disk.openForWriting(temporary)) {
            file.truncate(0);
            file.write(content.duplicate(), 0);
            file.sync();
        }
        disk.rename(temporary, path);
        Path directory = path.getParent();
        if (directory != null) {
            disk.syncDirectory(directory);
        }
    }
}
