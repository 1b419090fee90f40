package dev.spool.engine.ledger;

import dev.spool.SpoolId;
import dev.spool.engine.ledger.LedgerLine.Step;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes a ledger: call {@link #storing} or {@link #removing} before an operation is issued, and {@link #stored} or
 * {@link #removed} once it is acknowledged. When such a call returns, its line is with the operating system, in one write,
 * and survives a kill of this process; it is not synced, so that the ledger of a test that cuts the power belongs on another
 * machine's disk.
 *
 * <p>Thread-safe; lines never interleave. A line that could not be written whole ends the ledger: every later call fails,
 * since what followed a torn line could not be read.
 */
public final class Ledger implements AutoCloseable {

    private final ReentrantLock writing = new ReentrantLock();
    private final Path path;
    private final FileOutputStream file;
    private @Nullable IOException broken;

    private Ledger(Path path, FileOutputStream file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Opens a ledger to add to it, creating it if it is missing. A last line without line feed, torn by a kill of the
     * process that wrote it, is cut off first: readers ignore it, and the next line must not join it.
     */
    public static Ledger append(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            cutTornLine(path);
        }
        return new Ledger(path, new FileOutputStream(path.toFile(), true));
    }

    public void storing(SpoolId id, BodyDigest body) throws IOException {
        write(LedgerFormat.encode(Step.STORING, id, body));
    }

    public void stored(SpoolId id, BodyDigest body) throws IOException {
        write(LedgerFormat.encode(Step.STORED, id, body));
    }

    public void removing(SpoolId id) throws IOException {
        write(LedgerFormat.encode(Step.REMOVING, id, null));
    }

    public void removed(SpoolId id) throws IOException {
        write(LedgerFormat.encode(Step.REMOVED, id, null));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void write(byte[] line) throws IOException {
        writing.lock();
        try {
            if (broken != null) {
                throw new IOException("the ledger " + path + " ended with a line that could not be written", broken);
            }
            // A stream and not a channel: one write(2), and an interrupted caller does not close it for the others.
            file.write(line);
        } catch (IOException e) {
            broken = broken == null ? e : broken;
            throw e;
        } finally {
            writing.unlock();
        }
    }

    private static void cutTornLine(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long length = file.length();
            int tailBytes = (int) Math.min(length, LedgerFormat.LINE_BYTES_MAX);
            byte[] tail = new byte[tailBytes];
            file.seek(length - tailBytes);
            file.readFully(tail);
            int keep = tailBytes;
            while (keep > 0 && tail[keep - 1] != '\n') {
                keep--;
            }
            if (keep == 0 && length > tailBytes) {
                throw new IOException(
                        path + " is no ledger: its last line is longer than any ledger's; name another file");
            }
            if (keep < tailBytes) {
                file.setLength(length - tailBytes + keep);
            }
        }
    }
}
