package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Says to all class loaders of this process which one has a log mapped. Two of them cannot: each would close the other's locks
 * and clear the other's table of readers.
 */
final class ProcessClaim {

    private static final String PREFIX = "dev.spool.lmdb.";

    /** Tells this class loader's classes from those of others. */
    private static final String OURS = Integer.toHexString(System.identityHashCode(ProcessClaim.class));

    private ProcessClaim() {}

    /** What tells a log's directory from every other, by whatever path it is reached. */
    static String key(Disk disk, Path directory) throws SpoolException {
        try {
            return PREFIX + disk.fileKey(directory);
        } catch (IOException e) {
            throw new SpoolIoException("there is no log in " + directory + ": " + e.getMessage(), e);
        }
    }

    static void take(Disk disk, String key, Path directory) throws SpoolException {
        Object holder = disk.processMap().putIfAbsent(key, OURS);
        if (holder != null) {
            throw new SpoolIoException(
                    directory + " is open in this process under another class loader, and LMDB maps a"
                            + " file once a process; close it there, or share the classes of spool-lmdb");
        }
    }

    static void drop(Disk disk, String key) {
        disk.processMap().remove(key, OURS);
    }
}
