package dev.spool.engine.spi;

import dev.spool.SpoolException;

/**
 * Writes down how far one log is durable: within a second of the commit, and sooner once nothing follows it; so not with each batch,
 * and never ahead of the data. Committer only.
 */
public final class Watermark {

    private static final long LATEST_NANOS = 1_000_000_000L;
    private static final long QUIET_NANOS = 100_000_000L;

    private final BackendContext context;
    private final int log;
    private long written;
    private boolean behind;
    private long behindSince;
    private long lastCommit;

    /** @param written the last revision that has been written down */
    public Watermark(BackendContext context, int log, long written) {
        this.context = context;
        this.log = log;
        this.written = written;
    }

    /** Tells that more may be durable than is written down. */
    public void committed() {
        lastCommit = context.clock().nanoTime();
        if (!behind) {
            behind = true;
            behindSince = lastCommit;
        }
    }

    /**
     * Writes it down if it is time to: called in {@link LogStore#idle}.
     *
     * @param durableRevision the last revision that is durable
     * @return nanoseconds until it is due; {@link Long#MAX_VALUE} if only after the next commit
     */
    public long writeIfDue(long durableRevision) throws SpoolException {
        if (!behind) {
            return Long.MAX_VALUE;
        }
        long now = context.clock().nanoTime();
        long due = Math.min(lastCommit + QUIET_NANOS - now, behindSince + LATEST_NANOS - now);
        if (due > 0) {
            return due;
        }
        write(durableRevision);
        return Long.MAX_VALUE;
    }

    /** Writes it down now, if it has moved; durable when this returns. */
    public void write(long durableRevision) throws SpoolException {
        if (durableRevision > written) {
            context.updateNote(note -> Watermarks.with(note, log, durableRevision));
            written = durableRevision;
        }
        behind = false;
    }
}
