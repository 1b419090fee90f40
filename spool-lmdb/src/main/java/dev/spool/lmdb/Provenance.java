package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.Watermarks;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a spool's files apart from them: which spool they are of, and up to which revision each log was durable. A file
 * of another spool, or of an earlier time, is as consistent as the right one, and only this tells.
 *
 * @param note the backend's, as it stood before the files were read: an owner writes it after them
 */
record Provenance(UUID storeId, ByteBuffer note) {

    static Provenance of(BackendContext context) {
        return new Provenance(context.storeId(), context.note());
    }

    static Provenance of(ReadOnlyContext context) throws SpoolException {
        return new Provenance(context.storeId(), context.note().read());
    }

    /** A revision up to which a log was durable; {@link Watermarks#NONE} if that is not known. */
    long durable(int log) {
        return Watermarks.of(note, log);
    }

    /** Whether a log is known to have been made: then it has a file, which says of which spool it is. */
    boolean isMade(int log) {
        return durable(log) != Watermarks.NONE;
    }

    boolean isOfAnotherSpool(@Nullable LogOrigin origin) {
        return origin != null && !origin.storeId().equals(storeId);
    }

    /** Why a log's file cannot be the right one, whatever is in it; null if it can. */
    @Nullable
    String refusal(@Nullable LogOrigin origin, int log) {
        if (origin != null && isOfAnotherSpool(origin)) {
            return "it is of the spool " + origin.storeId() + ", not of " + storeId + "; put the right file back";
        }
        return origin == null && isMade(log)
                ? "it does not say of which spool it is, and the file of this log did: of " + storeId
                        + "; put the right file back, or have this one taken for it by spool-fsck --repair"
                : null;
    }

    /**
     * What a file says of where it came from; null if it says nothing, and did not have to.
     *
     * @throws SpoolCorruptException if it cannot be the right one
     */
    @Nullable
    LogOrigin requireOurs(TreeReader trees, String file, int log) throws SpoolException {
        LogOrigin origin = LogOrigin.read(trees);
        String refusal = refusal(origin, log);
        if (refusal != null) {
            throw new SpoolCorruptException(null, file, refusal);
        }
        return origin;
    }

    /** Whether a log has lost what was durable. */
    boolean isLostIn(LogState state) {
        return durable(state.log()) > state.lastRevision();
    }

    /** What a file of this spool is to say of where it came from. */
    LogOrigin originOf(@Nullable LogOrigin known, LogState state) {
        if (isLostIn(state)) {
            return new LogOrigin(storeId, state.lastRevision(), durable(state.log()));
        }
        return known == null ? LogOrigin.of(storeId) : known;
    }

    /** That a log has lost what was durable, now or once; null if it has not. */
    LogScan.@Nullable Damage lost(@Nullable LogOrigin known, @Nullable LogState state, String file) {
        return state == null ? null : originOf(known, state).lost(file);
    }
}
