package dev.spool.engine;

import dev.spool.Drainable;
import dev.spool.Fingerprint;
import dev.spool.Health.Cause;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.engine.spi.SealedLog;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The life of an open spool from open to closed, and how it is handed to another process.
 *
 * <p>The phase gates callers at once; each lane draws its own line at the place of the request in its queue, so that what was
 * accepted before is finished and what comes after is refused, without a count that every store would have to keep.
 */
final class HandOver implements Drainable {

    private static final System.Logger LOG = System.getLogger(HandOver.class.getName());

    private final EngineCore core;

    /** Held through a seal, a resume or a close, so that they take turns, none of them for ever; not while a drain waits. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> shutdown = new CompletableFuture<>();
    private volatile Phase phase = Phase.OPEN;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile @Nullable StateSnapshot last;
    private @Nullable SealReport sealed;

    HandOver(EngineCore core) {
        this.core = core;
    }

    /** Whether {@link #shutdown} was called. One volatile read. */
    boolean isClosing() {
        return closing.get();
    }

    @Override
    public DrainReport drain(Duration deadline) throws SpoolException {
        List<CompletableFuture<@Nullable SealedLog>> lanes;
        turn.lock();
        try {
            requireOpen();
            if (phase == Phase.SEALED || phase == Phase.SEALING) {
                return new DrainReport(0, true);
            }
            phase = Phase.DRAINING;
            core.health().phase(Cause.DRAINING, "draining; new messages are refused");
            lanes = ask(LaneControl.Kind.DRAIN);
        } finally {
            turn.unlock();
        }
        long start = core.clock().nanoTime();
        for (CompletableFuture<@Nullable SealedLog> lane : lanes) {
            try {
                core.await(lane, deadline.toNanos() - (core.clock().nanoTime() - start));
            } catch (TimeoutException e) {
                throw new SpoolDeadlineException(
                        "stores were still in flight after " + deadline
                                + "; new ones are refused: drain again, seal, or resume",
                        e);
            }
        }
        turn.lock();
        try {
            if (phase == Phase.DRAINING) {
                phase = Phase.DRAINED;
                LOG.log(Level.DEBUG, "drained {0}", core.ownership().directory());
            }
        } finally {
            turn.unlock();
        }
        return new DrainReport(0, true);
    }

    @Override
    public SealReport seal() throws SpoolException {
        turn.lock();
        try {
            requireOpen();
            SealReport known = sealed;
            if (phase == Phase.SEALED && known != null) {
                return known;
            }
            phase = Phase.SEALING;
            core.health().phase(Cause.SEALED, "sealed; its successor takes over");
            SealReport report = sealLogs();
            core.runner().call("spool-seal", () -> {
                core.ownership().release(report.fingerprint());
                return true;
            });
            sealed = report;
            phase = Phase.SEALED;
            LOG.log(Level.INFO, "sealed {0}, fingerprint {1}", core.ownership().directory(), report.fingerprint());
            return report;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void resumeAfterAbort() throws SpoolException {
        turn.lock();
        try {
            requireOpen();
            if (phase == Phase.OPEN) {
                return;
            }
            if (phase == Phase.SEALED) {
                reacquire();
                phase = Phase.SEALING; // half-sealed again: the lock is ours, and the logs are closed
            }
            for (CompletableFuture<@Nullable SealedLog> lane : ask(LaneControl.Kind.RESUME)) {
                core.await(lane);
            }
            core.maintenance().forEach(MaintenanceLoop::resume);
            sealed = null;
            phase = Phase.OPEN;
            core.health().phase(Cause.NONE, "");
            LOG.log(Level.INFO, "resumed {0}", core.ownership().directory());
        } finally {
            turn.unlock();
        }
    }

    @Override
    public boolean isOvertaken() throws SpoolException {
        return core.runner().call("spool-epoch", () -> core.ownership().overtaken());
    }

    @Override
    public StateSnapshot snapshotState() {
        StateSnapshot afterClose = last;
        return afterClose != null
                ? afterClose
                : new StateSnapshot(phase, core.lanes().size(), 0, core.lastRevisions());
    }

    /** Begins to close, if nobody has; completes, on the callback executor, when all is done. */
    CompletableFuture<@Nullable Void> shutdown() {
        beginToClose();
        return shutdown;
    }

    /** {@link #shutdown}, waiting in this thread and without the callback executor. */
    void shutdownAndWait() throws SpoolException {
        beginToClose();
        core.await(closed);
    }

    private void beginToClose() {
        if (closing.compareAndSet(false, true)) {
            core.health().phase(Cause.CLOSED, "closed");
            try {
                core.runner().run("spool-close", this::close);
            } catch (OutOfMemoryError e) { // no thread to be had
                close();
            }
        }
    }

    private void close() {
        turn.lock();
        try {
            SpoolException failure = closeParts();
            core.completions().callback(() -> complete(shutdown, failure));
            complete(closed, failure);
        } catch (RuntimeException | Error e) {
            closed.completeExceptionally(e);
            core.completions().callback(() -> shutdown.completeExceptionally(e));
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /** Closes everything whatever fails; returns the failure that kept the end from being a clean one. */
    private @Nullable SpoolException closeParts() {
        boolean released = phase == Phase.SEALED;
        SpoolException failure = null;
        Fingerprint fingerprint = null;
        if (!released) {
            try {
                fingerprint = sealLogs().fingerprint();
            } catch (SpoolFencedException fenced) {
                LOG.log(Level.INFO, "closing without a clean end: {0}", fenced.getMessage());
            } catch (SpoolException e) {
                failure = e;
            }
        }
        List<LogRevision> revisions = core.lastRevisions();
        core.runner().stop();
        SpoolDrainingException reason = new SpoolDrainingException("the spool was closed");
        core.lanes().forEach(lane -> lane.close(reason));
        core.compactions().close(reason);
        core.rememberStats();
        core.gate().close();
        try {
            core.backend().close();
            if (fingerprint != null) {
                core.ownership().release(fingerprint);
            }
        } catch (SpoolFencedException fenced) {
            LOG.log(Level.INFO, "closed without a clean end: {0}", fenced.getMessage());
        } catch (SpoolException e) {
            failure = failure == null ? e : failure;
        }
        core.ownership().abandon();
        last = new StateSnapshot(Phase.CLOSED, core.lanes().size(), 0, revisions);
        phase = Phase.CLOSED;
        LOG.log(Level.INFO, "closed {0}", core.ownership().directory());
        return failure;
    }

    private SealReport sealLogs() throws SpoolException {
        core.maintenance().forEach(MaintenanceLoop::pause);
        List<SealedLog> logs = new ArrayList<>();
        SpoolException failure = null;
        for (CompletableFuture<@Nullable SealedLog> lane : ask(LaneControl.Kind.SEAL)) {
            try {
                SealedLog log = core.await(lane);
                if (log != null) {
                    logs.add(log);
                }
            } catch (SpoolException e) {
                failure =
                        failure == null ? e : failure; // the others are sealed all the same, so that less is left to do
            }
        }
        if (failure != null) {
            throw failure;
        }
        List<LogRevision> revisions = logs.stream()
                .map(log -> new LogRevision(log.log(), log.revision()))
                .toList();
        return new SealReport(revisions, Fingerprints.of(logs));
    }

    private void reacquire() throws SpoolException {
        try {
            core.runner().call("spool-resume", () -> {
                core.ownership().reacquire();
                return true;
            });
        } catch (SpoolFencedException fenced) {
            core.health().fenced(String.valueOf(fenced.getMessage()));
            throw fenced;
        }
    }

    private List<CompletableFuture<@Nullable SealedLog>> ask(LaneControl.Kind kind) {
        List<CompletableFuture<@Nullable SealedLog>> done = new ArrayList<>();
        for (CommitLane lane : core.lanes()) {
            LaneControl control = new LaneControl(kind);
            lane.submit(control);
            done.add(control.done);
        }
        return done;
    }

    private void requireOpen() {
        if (closing.get()) {
            throw new IllegalStateException("the spool is closed");
        }
    }

    private static void complete(CompletableFuture<@Nullable Void> future, @Nullable SpoolException failure) {
        if (failure == null) {
            future.complete(null);
        } else {
            future.completeExceptionally(failure);
        }
    }
}
