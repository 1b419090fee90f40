package dev.spool.engine;

import dev.spool.Durability;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolInDoubtException;
import dev.spool.engine.spi.Backend.Space;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Durable;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.SealedLog;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A log as its committer writes to it: each commit is timed, fenced and only then visible; what a failure leaves open is kept in
 * mind; health hears of all of it.
 *
 * <p><b>Doubt.</b> After a commit that failed in doubt nothing is committed before {@link #recover} has worked, and it is settled
 * only by the next commit that works. Called by the lane's thread alone, but for {@link #ioSince}.
 */
final class GuardedLog {

    private static final System.Logger LOG = System.getLogger(GuardedLog.class.getName());

    private enum Doubt {
        NONE,
        /** Recovery comes before the next commit. */
        OPEN,
        /** Recovered; the next commit that works settles it. */
        RECOVERED
    }

    private final int shard;
    private final LogStore log;
    private final LaneServices services;
    private final UnsyncedBatches unsynced;
    private final long deferNanos;
    private final long unsyncedBytesMax;
    private final long slowNanos;
    private final boolean deferred;

    /** Guards the head against being copied while it advances. */
    private final ReentrantLock headLock = new ReentrantLock();

    private Doubt doubt = Doubt.NONE;
    private long nextIdle;
    private boolean idleKnown;
    private @Nullable SealedLog sealed;

    /** When the I/O under way began; 0 if none is. */
    private volatile long ioSince;

    GuardedLog(int shard, LogStore log, LaneServices services) {
        this.shard = shard;
        this.log = log;
        this.services = services;
        this.unsynced = new UnsyncedBatches(services.pool());
        this.deferred = services.options().durability() == Durability.DEFERRED;
        this.deferNanos = services.options().deferredSyncPeriod().toNanos();
        this.unsyncedBytesMax =
                services.pool().boundBytes() / 2 / services.options().shards();
        this.slowNanos = services.options().slowSyncLimit().toNanos();
    }

    /** When the I/O under way began, or 0 if none is. Any thread. */
    long ioSince() {
        return ioSince;
    }

    boolean isInDoubt() {
        return doubt != Doubt.NONE;
    }

    boolean needsRecovery() {
        return doubt == Doubt.OPEN;
    }

    boolean isSealed() {
        return sealed != null;
    }

    /**
     * Commits, checks the fence, publishes and advances the head.
     *
     * @return whether the buffers of the records are kept until the next sync, rather than the caller's again
     * @throws SpoolFullException certainly absent
     * @throws SpoolFencedException another process owns the directory
     * @throws SpoolInDoubtException anything else
     */
    boolean commit(List<BatchRecord> records, boolean forceSync) throws SpoolException {
        assert doubt != Doubt.OPEN && sealed == null : "commit while " + doubt + ", sealed " + sealed;
        boolean sync = !deferred || forceSync || records.isEmpty() || doubt != Doubt.NONE;
        Batch batch = new Batch(records, sync, log.head());
        long start = begin();
        Durable durable;
        try {
            durable = join(log.commit(batch));
            checkFence();
        } catch (SpoolFullException full) {
            services.health().space(Space.FULL);
            throw full;
        } catch (SpoolFencedException fenced) {
            services.health().fenced(String.valueOf(fenced.getMessage()));
            throw fenced;
        } catch (SpoolException | RuntimeException | OutOfMemoryError failure) {
            throw inDoubt("commit of " + records.size() + " records", failure);
        } finally {
            ioSince = 0;
        }
        publish(batch);
        askForIdle();
        sync |= durable.syncNanos() > 0; // the log may have had a reason of its own
        if (!sync) {
            unsynced.add(records, log.head(), services.clock().nanoTime());
        }
        advance(records);
        worked(start, sync);
        services.metrics().committed(shard, records.size(), durable.bytesWritten(), durable.syncNanos());
        if (sync) {
            doubt = Doubt.NONE;
            unsynced.synced();
        }
        return !sync;
    }

    private void publish(Batch batch) {
        MessageCache cache = services.world().cache();
        cache.changing(batch.records());
        try {
            log.publish(batch);
        } finally {
            cache.changed(batch.records());
        }
    }

    /** Prepares for the next commit after a failure in doubt. */
    void recover() throws SpoolException {
        long start = begin();
        try {
            log.recover(unsynced.isEmpty() ? List.of() : unsynced.again());
            unsynced.synced();
            doubt = Doubt.RECOVERED;
            LOG.log(Level.INFO, "shard {0}: turned to a fresh place after a failed write", shard);
        } catch (SpoolFencedException fenced) {
            services.health().fenced(String.valueOf(fenced.getMessage()));
            throw fenced;
        } catch (SpoolException | RuntimeException | OutOfMemoryError failure) {
            throw inDoubt("recovery", failure);
        } finally {
            ioSince = 0;
            slowIf(start);
        }
    }

    /** Whether completed operations wait for a sync that is due, or that others wait for. */
    boolean isFlushDue(boolean roomIsShort) {
        return !unsynced.isEmpty()
                && doubt == Doubt.NONE
                && (roomIsShort
                        || unsynced.bytes() >= unsyncedBytesMax
                        || services.clock().nanoTime() - unsynced.sinceNanos() >= deferNanos);
    }

    /** Syncs what a deferred spool has completed without a sync, or writes it again if that has failed. */
    void flush() throws SpoolException {
        if (unsynced.isEmpty()) {
            return;
        }
        if (doubt == Doubt.OPEN) {
            recover();
            return;
        }
        long start = begin();
        try {
            Durable durable = join(log.sync());
            checkFence();
            askForIdle();
            unsynced.synced();
            services.metrics().committed(shard, 0, durable.bytesWritten(), durable.syncNanos());
        } catch (SpoolFencedException fenced) {
            services.health().fenced(String.valueOf(fenced.getMessage()));
            throw fenced;
        } catch (SpoolException | RuntimeException | OutOfMemoryError failure) {
            throw inDoubt("deferred sync", failure);
        } finally {
            ioSince = 0;
        }
        worked(start, true);
    }

    /** Small work of the log that is due while nothing else is. Returns nanoseconds until there is some again. */
    long idle() {
        long due = unsynced.isEmpty()
                ? Long.MAX_VALUE
                : Math.max(
                        0, unsynced.sinceNanos() + deferNanos - services.clock().nanoTime());
        if (doubt != Doubt.NONE) {
            return Long.MAX_VALUE; // until the watchdog asks for a commit, which recovers
        }
        if (sealed != null) {
            return due;
        }
        begin();
        try {
            long nanos = log.idle();
            idleKnown = nanos != Long.MAX_VALUE;
            nextIdle = services.clock().nanoTime() + nanos;
            return Math.min(due, nanos);
        } catch (SpoolException | RuntimeException failure) {
            LOG.log(Level.DEBUG, "reported to health", inDoubt("idle work", failure));
            return due;
        } finally {
            ioSince = 0;
        }
    }

    /** A log that had nothing to do may have something to do later now, and a busy lane would not ask. */
    private void askForIdle() {
        if (!idleKnown) {
            idleKnown = true;
            nextIdle = services.clock().nanoTime();
        }
    }

    /** Whether the log wants its {@link #idle} called, however busy the lane is. */
    boolean isIdleDue() {
        return idleKnown
                && doubt == Doubt.NONE
                && sealed == null
                && services.clock().nanoTime() - nextIdle >= 0;
    }

    /** Seals the log, or tells again what it sealed. Settles a doubt first. */
    SealedLog seal() throws SpoolException {
        SealedLog known = sealed;
        if (known != null) {
            return known;
        }
        if (doubt == Doubt.OPEN) {
            recover();
        }
        if (doubt == Doubt.RECOVERED) {
            commit(List.of(), true);
        }
        flush();
        begin();
        try {
            checkFence();
            SealedLog now = log.seal();
            sealed = now;
            return now;
        } catch (SpoolFencedException fenced) {
            services.health().fenced(String.valueOf(fenced.getMessage()));
            throw fenced;
        } catch (SpoolException | RuntimeException failure) {
            throw inDoubt("seal", failure);
        } finally {
            ioSince = 0;
        }
    }

    /** Opens the log again after a seal that was called off. Does nothing if it is not sealed. */
    void unseal() throws SpoolException {
        if (sealed == null) {
            return;
        }
        begin();
        try {
            log.unseal();
            sealed = null;
        } catch (RuntimeException failure) {
            throw inDoubt("unseal", failure);
        } finally {
            ioSince = 0;
        }
    }

    /** The message of a committed chunk will not be finished. */
    void abandon(@Nullable BatchRecord lastChunk) {
        if (lastChunk != null) {
            log.abandon(lastChunk);
        }
    }

    /** A copy of the head as of now. Any thread. */
    Head head() {
        headLock.lock();
        try {
            return new Head(log.head());
        } finally {
            headLock.unlock();
        }
    }

    private void advance(List<BatchRecord> records) {
        headLock.lock();
        try {
            Head head = log.head();
            for (int i = 0; i < records.size(); i++) {
                UnsyncedBatches.advance(head, records.get(i));
            }
        } finally {
            headLock.unlock();
        }
    }

    private long begin() {
        long now = services.clock().nanoTime();
        ioSince = now == 0 ? 1 : now;
        return now;
    }

    private void worked(long start, boolean sync) {
        if (!slowIf(start) && sync) {
            services.health().syncWorked(shard);
        }
    }

    private boolean slowIf(long start) {
        long took = services.clock().nanoTime() - start;
        if (took <= slowNanos) {
            return false;
        }
        services.health()
                .syncSlow(
                        shard,
                        "shard " + shard + ": a sync took " + Duration.ofNanos(took) + ", the limit (slowSyncLimit) is "
                                + Duration.ofNanos(slowNanos));
        return true;
    }

    private void checkFence() throws SpoolException {
        if (!services.world().fence().stillMine()) {
            throw new SpoolFencedException(
                    "shard " + shard
                            + ": another process has taken this directory over, as its ownership epoch shows; close this spool");
        }
    }

    private SpoolInDoubtException inDoubt(String what, Throwable failure) {
        doubt = Doubt.OPEN;
        String detail = "shard " + shard + ": " + what + " failed: " + failure.getMessage();
        LOG.log(services.health().isSick(shard) ? Level.DEBUG : Level.ERROR, detail, failure);
        services.health().syncFailed(shard, detail);
        return failure instanceof SpoolInDoubtException typed ? typed : new SpoolInDoubtException(detail, failure);
    }

    private static Durable join(CompletionStage<Durable> stage) throws SpoolException {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SpoolException typed) {
                throw typed;
            }
            throw new SpoolInDoubtException("commit failed: " + cause, cause);
        }
    }
}
