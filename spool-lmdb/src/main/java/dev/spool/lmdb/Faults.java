package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.LmdbException;
import org.lmdbjava.LmdbNativeException;
import org.lmdbjava.Txn;

/** What LMDB's failures are in the contract's terms. */
final class Faults {

    private static final int NO_SPACE = 28;
    private static final int QUOTA_EXCEEDED_LINUX = 122;
    private static final int QUOTA_EXCEEDED_BSD = 69;

    private Faults() {}

    /** @param where file, and tree and key as far as they are known */
    static SpoolException of(String where, String what, LmdbException failure) {
        if (isFull(failure)) {
            return new SpoolFullException(
                    what + " in " + where + " found no room: " + failure.getMessage() + "; remove messages, or raise"
                            + " maxTotalBytes or the volume",
                    failure);
        }
        if (isDamage(failure)) {
            return new SpoolCorruptException(
                    null, where, what + " found a page that is none of LMDB's: " + failure.getMessage(), failure);
        }
        return new SpoolIoException(what + " in " + where + " failed: " + failure.getMessage(), failure);
    }

    /** Whether it was the map that was full, and not the volume. */
    static boolean isMapFull(SpoolFullException failure) {
        return failure.getCause() instanceof Env.MapFullException;
    }

    private static boolean isFull(LmdbException failure) {
        if (failure instanceof Env.MapFullException || failure instanceof Txn.TxFullException) {
            return true;
        }
        if (failure instanceof LmdbNativeException known) {
            int code = known.getResultCode();
            return code == NO_SPACE || code == QUOTA_EXCEEDED_LINUX || code == QUOTA_EXCEEDED_BSD;
        }
        return false;
    }

    private static boolean isDamage(LmdbException failure) {
        return failure instanceof ByteArrays.DamagedLengthException
                || failure instanceof LmdbNativeException.PageCorruptedException
                || failure instanceof LmdbNativeException.PageNotFoundException
                || failure instanceof LmdbNativeException.PageFullException
                || failure instanceof Env.FileInvalidException
                || failure instanceof Cursor.FullException
                || failure instanceof Dbi.IncompatibleException
                || failure instanceof Dbi.KeyNotFoundException;
    }
}
