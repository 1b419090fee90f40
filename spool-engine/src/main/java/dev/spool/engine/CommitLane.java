package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolUnhealthyException;
import dev.spool.engine.spi.Backend.Space;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.SealedLog;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The committer of one log: takes everything that queued up while the last batch was on its way, makes one batch of it, commits
 * it, and tells those who wait. There is no timer: a lone store costs one sync, and a thousand at once cost little more.
 *
 * <p>{@link #step}, {@link #idle} and {@link #die} are called by one thread at a time; the other methods by any. No lock is held
 * over I/O.
 *
 * <p>A lane ends when another process owns the directory, when it fails in a way that its code does not provide for, or when it
 * is closed; from then on it refuses everything, so that nobody waits for it in vain.
 */
final class CommitLane {

    private static final System.Logger LOG = System.getLogger(CommitLane.class.getName());

    /** A batch takes no more small, or no more bulky, operations once it has this much of them. */
    private static final long PREFERRED_BATCH_BYTES = 1 << 20;

    /** How soon removes that found no room are tried again; compaction makes some meanwhile. */
    private static final long ROOM_RETRY_NANOS = 2_000_000;

    private final int shard;
    private final GuardedLog log;
    private final LaneServices services;
    private final PendingOperations pending;
    private final BatchDraft draft;
    private final Delivery delivery;
    private final Doorbell bell = new Doorbell();
    private final long batchBytesMax;
    private final long overloadNanos;

    private Space space = Space.ENOUGH;
    private boolean bulkFirst;
    /** Operations that one batch may take: fewer where room is short, so that a batch fits into what is left. */
    private int operationsMax = Integer.MAX_VALUE;

    private boolean roomAwaited;
    private long roomRetry;
    private volatile boolean commitRequested;
    private volatile boolean roomIsShort;
    private volatile @Nullable SpoolException ended;

    CommitLane(int shard, LogStore store, LaneServices services) {
        this.shard = shard;
        this.log = new GuardedLog(shard, store, services);
        this.services = services;
        this.pending = new PendingOperations(services.pool());
        this.draft = new BatchDraft(shard, store);
        this.delivery = new Delivery(services.completions());
        this.batchBytesMax = store.batchBytesMax();
        this.overloadNanos = services.options().storeTimeout().toNanos() / 2;
    }

    int shard() {
        return shard;
    }

    Doorbell bell() {
        return bell;
    }

    /** When the I/O under way began, or 0 if none is. */
    long ioSince() {
        return log.ioSince();
    }

    /** A copy of the log's head as of now. */
    Head head() {
        return log.head();
    }

    /** Hands over an {@link Operation}, a {@link StagedPart} or a {@link LaneControl}. It gets its outcome, whatever happens. */
    void submit(InboxEntry entry) {
        pending.submit(entry);
        SpoolException reason = ended;
        if (reason == null) {
            bell.ring();
        } else {
            refuseAll(reason, reason);
        }
    }

    /** Asks for a commit soon, be it an empty one. */
    void requestCommit() {
        commitRequested = true;
        bell.ring();
    }

    /** Tells that operations wait for buffers, which a deferred log may be keeping. */
    void roomIsShort() {
        if (!roomIsShort) {
            roomIsShort = true;
            bell.ring();
        }
    }

    /** Whether {@link #step} would find nothing new. The lane's thread. */
    boolean isIdle() {
        return (pending.isIdle() || awaitsRoom()) && !commitRequested && !roomIsShort;
    }

    /** Gives up, from outside, what has waited too long, also while the lane hangs in I/O. */
    void expire(long now, Delivery watchdogs) {
        if (!pending.lock.tryLock()) {
            return; // the lane is at work; what it leaves over is seen next time
        }
        boolean clearAway;
        try {
            pending.admit(watchdogs);
            clearAway = pending.expire(now, watchdogs);
        } finally {
            pending.lock.unlock();
        }
        watchdogs.flush();
        if (clearAway || !pending.isIdle()) {
            bell.ring();
        }
    }

    /**
     * Commits at most one batch.
     *
     * @return false if there was nothing to do
     */
    boolean step() {
        SpoolException reason = ended;
        if (reason != null) {
            commitRequested = false;
            roomIsShort = false;
            return refuseAll(reason, reason);
        }
        boolean worked = gather();
        worked |= obeyControl();
        if (ended != null) {
            return true;
        }
        boolean requested = commitRequested;
        commitRequested = false;
        if ((draft.isEmpty() && !requested) || log.isSealed()) {
            return flushOrIdleIfDue() || worked;
        }
        if (log.needsRecovery() && !recover()) {
            return true;
        }
        resolve();
        if (!draft.records().isEmpty() || log.isInDoubt() || requested) {
            commit(requested);
        } else {
            succeed(false); // whatever was asked for is not there, and nothing is in doubt
        }
        flushOrIdleIfDue();
        return true;
    }

    /** Small work while {@link #step} finds nothing to do. Returns nanoseconds until there is some again. */
    long idle() {
        if (ended != null) {
            return Long.MAX_VALUE;
        }
        long idle = log.idle();
        return awaitsRoom()
                ? Math.min(idle, Math.max(1, roomRetry - services.clock().nanoTime()))
                : idle;
    }

    private boolean awaitsRoom() {
        return roomAwaited && services.clock().nanoTime() - roomRetry < 0;
    }

    /** The lane's thread cannot go on: everything that has joined a batch is in doubt, the rest refused, now and later. */
    void die(Throwable failure) {
        String detail =
                "shard " + shard + ": its committer failed: " + failure + "; close the spool and open it afresh";
        services.health().syncFailed(shard, detail);
        end(new SpoolUnhealthyException(detail, failure), new SpoolInDoubtException(detail, failure));
        delivery.flush(); // what had its outcome when the thread failed
        LOG.log(Level.ERROR, detail, failure);
    }

    /** Refuses everything from now on; after the last step. */
    void close(SpoolException reason) {
        if (ended == null) {
            end(reason, reason);
        }
    }

    /** Takes in what was submitted and drafts the next batch. True if it found something that is over. */
    private boolean gather() {
        space = services.world().space().get();
        services.health().space(space);
        draft.clear();
        List<BatchRecord> abandoned = new ArrayList<>(0);
        boolean cleared = false;
        pending.lock.lock();
        try {
            pending.admit(delivery);
            long now = services.clock().nanoTime(); // not earlier: what has come meanwhile may be past its deadline
            for (Operation orphan : pending.takeOrphans()) {
                retire(orphan, abandoned);
                cleared = true;
            }
            cleared |= !awaitsRoom() && select(now, abandoned);
        } finally {
            pending.lock.unlock();
        }
        delivery.flush();
        abandoned.forEach(log::abandon);
        return cleared;
    }

    /** Fills the draft from both lists, each up to the preferred size, and each going first every other time. */
    private boolean select(long now, List<BatchRecord> abandoned) {
        bulkFirst = !bulkFirst;
        boolean cleared = take(bulkFirst ? pending.bulky() : pending.small(), now, abandoned);
        boolean clearedMore = take(bulkFirst ? pending.small() : pending.bulky(), now, abandoned);
        return cleared || clearedMore;
    }

    private boolean take(OperationList ready, long now, List<BatchRecord> abandoned) {
        boolean cleared = false;
        long start = draft.bytes();
        for (Operation next = ready.peek(); next != null && fits(next, start); next = ready.peek()) {
            ready.remove();
            measureAge(next, now);
            if (joins(next, now)) {
                boolean last = next.part == null || next.part.last;
                draft.add(next);
                if (!last) {
                    services.stager().stageNext(next, this);
                }
            } else {
                retire(next, abandoned);
                cleared = true;
            }
        }
        return cleared;
    }

    private boolean fits(Operation next, long start) {
        return draft.isEmpty()
                || (draft.operations().size() < operationsMax
                        && draft.bytes() - start < PREFERRED_BATCH_BYTES
                        && draft.bytes() + BatchDraft.sizeOf(next) <= batchBytesMax);
    }

    /** Whether an operation goes into the batch; if not, it is over. */
    private boolean joins(Operation operation, long now) {
        if (operation.retired || operation.isOver()) {
            return false;
        }
        SpoolException refusal = refusal(operation);
        boolean over = refusal == null ? operation.expire(now) : operation.settleQueued(refusal);
        if (over) {
            delivery.add(operation);
            return false;
        }
        boolean last = operation.part == null || operation.part.last;
        return last ? operation.join() : !operation.isOver();
    }

    private @Nullable SpoolException refusal(Operation operation) {
        if (operation.kind == Operation.Kind.STORE && log.isInDoubt()) {
            return new SpoolUnhealthyException(operation + " was refused after a failed write: "
                    + services.health().detail());
        }
        if (operation.kind != Operation.Kind.REMOVE && space == Space.FULL) {
            return new SpoolFullException(operation + " was refused: the spool is full; removes still work");
        }
        return null;
    }

    private void measureAge(Operation oldest, long now) {
        long age = now - oldest.terms.submitted();
        boolean tooOld = age > overloadNanos;
        services.health()
                .overloaded(
                        tooOld, tooOld ? "operations waited for " + Duration.ofNanos(age) + " to join a batch" : "");
    }

    private boolean recover() {
        try {
            log.recover();
            return true;
        } catch (SpoolFencedException fenced) {
            endFenced(fenced);
        } catch (SpoolException e) {
            fail(
                    draft.operations(),
                    new SpoolUnhealthyException(
                            "storage has not recovered from a failed write, and nothing was written: " + e.getMessage(),
                            e));
        }
        return false;
    }

    /** Makes the records; an operation whose message cannot be looked up fails alone. */
    private void resolve() {
        List<Operation> failed = null;
        for (Operation operation : draft.operations()) {
            try {
                draft.resolve(operation);
            } catch (SpoolException e) {
                operation.doom = e;
                failed = failed == null ? new ArrayList<>() : failed;
                failed.add(operation);
            }
        }
        if (failed != null) {
            draft.operations().removeAll(failed);
            for (Operation operation : failed) {
                fail(List.of(operation), requireNonNull(operation.doom));
            }
        }
    }

    private void commit(boolean requested) {
        try {
            roomAwaited = false;
            succeed(log.commit(draft.records(), draft.forcesSync()));
            operationsMax = operationsMax > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : 2 * operationsMax;
        } catch (SpoolFullException full) {
            commitRequested |= requested && !draft.isEmpty(); // the log's own records may fit without these
            spare(full);
        } catch (SpoolFencedException fenced) {
            endFenced(fenced);
        } catch (SpoolException inDoubt) {
            fail(draft.operations(), inDoubt);
        }
    }

    private void succeed(boolean buffersKept) {
        services.world().cache().stored(draft.records());
        for (Operation operation : draft.operations()) {
            boolean chunk = isChunk(operation);
            releaseJoined(operation, buffersKept && operation.record != null);
            if (chunk) {
                operation.previousChunk = operation.record;
                operation.chunks++;
                continue;
            }
            operation.previousChunk = null;
            if (operation.settle(operation.kind == Operation.Kind.STORE || operation.found)) {
                delivery.add(operation);
            }
        }
        delivery.flush();
        clearAway(draft.operations());
    }

    private void fail(List<Operation> operations, SpoolException failure) {
        for (Operation operation : operations) {
            SpoolException outcome = isChunk(operation) ? ofUnfinished(operation, failure) : failure;
            releaseJoined(operation, false);
            if (operation.settle(outcome)) {
                delivery.add(operation);
            } else if (!operation.isOver()) {
                operation.doom = outcome; // its next chunk is being staged at this moment
            }
        }
        delivery.flush();
        clearAway(operations);
    }

    /** A message whose final part has not been written is certainly not stored, whatever became of one of its chunks. */
    private static SpoolException ofUnfinished(Operation operation, SpoolException failure) {
        return failure instanceof SpoolInDoubtException
                ? new SpoolUnhealthyException(
                        operation + " is not stored, a part of it could not be written: " + failure.getMessage(),
                        failure)
                : failure;
    }

    /**
     * A full log has refused the batch: without what takes most room in it, the rest may fit into the reserve. Removes alone wait
     * for compaction, which gives back what earlier ones have left.
     */
    private void spare(SpoolFullException full) {
        Operation.Kind greediest = Operation.Kind.REMOVE;
        for (Operation operation : draft.operations()) {
            greediest = operation.kind.compareTo(greediest) < 0 ? operation.kind : greediest;
        }
        List<Operation> greedy = new ArrayList<>();
        List<Operation> others = new ArrayList<>();
        for (Operation operation : draft.operations()) {
            boolean waits = operation.kind == Operation.Kind.REMOVE || operation.kind != greediest;
            (waits ? others : greedy).add(operation);
        }
        operationsMax = Math.max(1, draft.operations().size() / 2);
        if (greedy.isEmpty() && draft.operations().size() == 1) {
            roomAwaited = true;
            roomRetry = services.clock().nanoTime() + ROOM_RETRY_NANOS;
        }
        others.forEach(operation -> operation.leave(full));
        pending.lock.lock();
        try {
            for (int i = others.size() - 1; i >= 0; i--) {
                pending.again(others.get(i));
            }
        } finally {
            pending.lock.unlock();
        }
        fail(greedy, full);
    }

    private void clearAway(List<Operation> operations) {
        List<BatchRecord> abandoned = new ArrayList<>(0);
        pending.lock.lock();
        try {
            for (Operation operation : operations) {
                if (operation.isOver()) {
                    retire(operation, abandoned);
                } else {
                    pending.goOn(operation);
                }
            }
        } finally {
            pending.lock.unlock();
        }
        abandoned.forEach(log::abandon);
    }

    private void retire(Operation operation, List<BatchRecord> abandoned) {
        if (operation.retired) {
            return;
        }
        pending.retire(operation);
        if (operation.previousChunk != null) {
            abandoned.add(operation.previousChunk);
        }
    }

    private static boolean isChunk(Operation operation) {
        StagedPart part = operation.joinedPart;
        return part != null && !part.last;
    }

    private void releaseJoined(Operation operation, boolean kept) {
        StagedPart part = operation.joinedPart;
        operation.joinedPart = null;
        if (part != null && part.buffer != null && !kept) {
            services.pool().release(part.buffer);
        }
    }

    /** Does what was asked of the lane, if its time has come. True if it did. */
    private boolean obeyControl() {
        LaneControl control;
        pending.lock.lock();
        try {
            control = pending.takeControl();
        } finally {
            pending.lock.unlock();
        }
        if (control == null) {
            return false;
        }
        try {
            control.done.complete(obey(control.kind));
        } catch (SpoolException e) {
            control.done.completeExceptionally(e);
            endIfFenced(e);
        }
        return true;
    }

    private @Nullable SealedLog obey(LaneControl.Kind kind) throws SpoolException {
        switch (kind) {
            case FLUSH, DRAIN -> log.flush();
            case SEAL -> {
                return log.seal();
            }
            case RESUME -> log.unseal();
        }
        return null;
    }

    private boolean flushOrIdleIfDue() {
        boolean shortOfRoom = roomIsShort;
        roomIsShort = false;
        if (ended == null && log.isFlushDue(shortOfRoom)) {
            try {
                log.flush();
            } catch (SpoolException e) {
                endIfFenced(e); // health knows, and recovery will write again what was completed
            }
            return true;
        }
        if (ended == null && log.isIdleDue()) {
            log.idle();
            return true;
        }
        return false;
    }

    private void endIfFenced(SpoolException e) {
        if (e instanceof SpoolFencedException fenced) {
            endFenced(fenced);
        }
    }

    private void endFenced(SpoolFencedException fenced) {
        services.world().onFenced().run();
        end(fenced, fenced);
    }

    private void end(SpoolException queued, SpoolException joined) {
        ended = queued;
        draft.operations().forEach(operation -> releaseJoined(operation, false));
        refuseAll(queued, joined);
    }

    private boolean refuseAll(SpoolException queued, SpoolException joined) {
        Delivery refused = new Delivery(services.completions());
        boolean any;
        pending.lock.lock();
        try {
            any = pending.refuseAll(queued, joined, refused);
        } finally {
            pending.lock.unlock();
        }
        refused.flush();
        return any;
    }
}
