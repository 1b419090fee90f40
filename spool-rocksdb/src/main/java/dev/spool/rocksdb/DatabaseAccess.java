package dev.spool.rocksdb;

import dev.spool.SpoolException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Gives readers a database that stays open while they read. */
interface DatabaseAccess {

    /** Reads, and may read again over a newer state of the database. */
    <T> @Nullable T find(Finding<T> finding) throws SpoolException;

    /** {@link #find} of what is always there. */
    default <T> T read(Reading<T> reading) throws SpoolException {
        return Objects.requireNonNull(find(reading::of), "a reading gives something");
    }

    /** Whether what was read of it may have changed since, so that what looks like damage is none. */
    boolean isStale(Database database);

    /** What identifies a value in an error. */
    String at(byte[] key);

    /** Something that reads. Keeps nothing of the database once it returns. */
    interface Reading<T> {
        T of(Database database) throws SpoolException, RocksDBException;
    }

    /** Something that looks for what may not be there. Keeps nothing of the database once it returns. */
    interface Finding<T> {
        @Nullable
        T of(Database database) throws SpoolException, RocksDBException;
    }
}
