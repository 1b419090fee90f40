package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** What RocksDB's failures mean. It tells them by status codes, and the file concerned only in the text. */
final class Failures {

    private static final Pattern FILE = Pattern.compile("(/\\S+|\\d{6}\\.\\w+|\\bCURRENT\\b|\\bMANIFEST-\\d+)");

    private Failures() {}

    /** Whether stored data is damaged or missing, rather than a device failing. */
    static boolean isDamage(RocksDBException e) {
        return code(e) == Status.Code.Corruption
                || code(e) == Status.Code.NotFound
                || text(e).contains("No such file")
                || text(e).contains("Corruption");
    }

    static boolean isNoSpace(RocksDBException e) {
        Status status = e.getStatus();
        return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                || text(e).contains("No space left on device")
                || text(e).contains("Disk quota exceeded");
    }

    static boolean isLocked(RocksDBException e) {
        return text(e).contains("lock hold by") || text(e).contains("While lock file");
    }

    /** Whether a compaction was told to stop. */
    static boolean isInterrupted(RocksDBException e) {
        return code(e) == Status.Code.Incomplete || code(e) == Status.Code.Aborted;
    }

    /** A failure to read or open: corrupt, with the file concerned as far as RocksDB names it, or I/O. */
    static SpoolException reading(Path directory, @Nullable SpoolId id, RocksDBException e) {
        return isDamage(e)
                ? new SpoolCorruptException(id, where(directory, e), text(e), e)
                : new SpoolIoException("reading " + directory + " failed: " + text(e), e);
    }

    /** The file that a failure is about, or else the directory. */
    static String where(Path directory, RocksDBException e) {
        return where(directory, text(e));
    }

    static String where(Path directory, String text) {
        Matcher file = FILE.matcher(text);
        String found = "";
        while (file.find()) {
            found = file.group(1).replaceAll("[:;,.]+$", "");
        }
        return found.isEmpty()
                ? directory.toString()
                : directory.resolve(Path.of(found).getFileName()).toString();
    }

    static String text(RocksDBException e) {
        return String.valueOf(e.getMessage());
    }

    private static Status.@Nullable Code code(RocksDBException e) {
        Status status = e.getStatus();
        return status == null ? null : status.getCode();
    }
}
