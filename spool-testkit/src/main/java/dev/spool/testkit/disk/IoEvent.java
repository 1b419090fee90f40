package dev.spool.testkit.disk;

import java.nio.file.Path;

/**
 * One operation on a {@link SimulatedDisk}.
 *
 * @param number how many operations that change something there were up to and with this one; reads do not count
 * @param path the file or directory; of a renaming the source
 * @param offset where it reads or writes; 0 where that means nothing
 * @param bytes how much it reads or writes; the size of a truncation; 0 where that means nothing
 */
public record IoEvent(long number, Kind kind, Path path, long offset, long bytes) {

    /** What is done. */
    public enum Kind {
        READ,
        WRITE,
        TRUNCATE,
        SYNC,
        CREATE,
        CREATE_DIRECTORY,
        RENAME,
        DELETE,
        SYNC_DIRECTORY;

        /** Whether it can change what is found after a crash. */
        boolean changes() {
            return this != READ;
        }
    }

    @Override
    public String toString() {
        return "#" + number + " " + kind + " " + path
                + (kind == Kind.READ || kind == Kind.WRITE ? " [" + offset + ", " + (offset + bytes) + ")" : "")
                + (kind == Kind.TRUNCATE ? " to " + bytes : "");
    }
}
