package dev.spool.engine;

import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits in one lane: the inbox that everybody writes to, the operations that are ready for a batch in their order, and those
 * that wait for an earlier one on their id or for their payload to be staged.
 *
 * <p>{@link #submit} may be called by anyone. Everything else is done under {@link #lock}, by the committer, which never holds it
 * over I/O, or by the watchdog while the committer hangs in some.
 */
final class PendingOperations {

    /** A part larger than this counts as bulk. */
    private static final int BULK_BYTES = 128 << 10;

    final ReentrantLock lock = new ReentrantLock();

    private final Inbox inbox = new Inbox();
    private final BusyIds busy = new BusyIds();
    private final StagingPool pool;
    private final ArrayDeque<LaneControl> controls = new ArrayDeque<>();

    /** Whether a control was taken in since the committer looked last: by the watchdog, it may be. */
    private volatile boolean controlCame;

    /** Operations that ended while they waited for staging; the committer has to retire them. */
    private final List<Operation> orphans = new ArrayList<>();

    private final OperationList small = new OperationList();

    /** Chunks and the like: in a list of their own, so that they do not hold up what is small. */
    private final OperationList bulky = new OperationList();

    private int stores;
    private boolean refusingStores;
    private boolean refusingAll;

    /** When the next operation may have to be given up. */
    private long nextExpiry;

    private boolean expiryKnown;

    PendingOperations(StagingPool pool) {
        this.pool = pool;
    }

    /** Adds an {@link Operation}, a {@link StagedPart} or a {@link LaneControl}. */
    void submit(InboxEntry entry) {
        inbox.push(entry);
    }

    /** Whether nothing is there that the committer could go on with. Committer. */
    boolean isIdle() {
        return inbox.isEmpty() && small.isEmpty() && bulky.isEmpty() && !controlCame;
    }

    /** The oldest control whose time has come, and forgets it; null if there is none. Committer. */
    @Nullable
    LaneControl takeControl() {
        controlCame = false; // one whose time has not come yet is looked at again when something has ended
        LaneControl control = controls.peek();
        if (control == null
                || (control.kind == LaneControl.Kind.DRAIN && stores > 0)
                || (control.kind == LaneControl.Kind.SEAL && busy.size() > 0)) {
            return null;
        }
        return controls.remove();
    }

    /** Takes in what was submitted. Refused operations go to {@code refused}. */
    void admit(Delivery refused) {
        for (InboxEntry entry = inbox.poll(); entry != null; entry = inbox.poll()) {
            if (entry instanceof Operation operation) {
                admit(operation, refused);
            } else if (entry instanceof StagedPart part) {
                arrived(part, refused);
            } else {
                admit((LaneControl) entry);
            }
        }
    }

    private void admit(LaneControl control) {
        switch (control.kind) {
            case FLUSH -> {}
            case DRAIN -> refusingStores = true;
            case SEAL -> refusingAll = true;
            case RESUME -> {
                refusingStores = false;
                refusingAll = false;
                callOffControls(new SpoolDrainingException("called off by a resume; the spool is open again"));
            }
        }
        controls.add(control);
        controlCame = true;
    }

    private void callOffControls(SpoolException reason) {
        controlCame = false;
        for (LaneControl waiting = controls.poll(); waiting != null; waiting = controls.poll()) {
            waiting.done.completeExceptionally(reason.forCaller());
        }
    }

    private void admit(Operation operation, Delivery refused) {
        boolean store = operation.kind == Operation.Kind.STORE;
        if (refusingAll || (store && refusingStores)) {
            operation.retired = true;
            releasePart(operation);
            if (operation.settleQueued(new SpoolDrainingException(
                    operation + " came after the spool began to drain; its successor will take it"))) {
                refused.add(operation);
            } else if (!operation.isOver()) {
                operation.doom = new SpoolDrainingException(operation + " came after the spool began to drain");
            }
            return;
        }
        stores += store ? 1 : 0;
        expect(operation.terms.deadline());
        expect(operation.terms.giveUp());
        if (busy.enter(operation)) {
            activate(operation);
        }
    }

    private void arrived(StagedPart part, Delivery refused) {
        Operation operation = part.operation;
        if (operation.doom != null && operation.settleQueued(operation.doom)) {
            refused.add(operation);
        }
        if (operation.retired) {
            if (part.buffer != null) {
                pool.release(part.buffer);
            }
        } else if (part.buffer == null) {
            orphan(operation);
        } else {
            operation.part = part;
            if (operation.active && !operation.inBatch) {
                addReady(operation);
            }
        }
    }

    /** Has the committer retire an operation that waits for nothing any more. Followers go with the one they follow. */
    private void orphan(Operation operation) {
        if (operation.active && !operation.orphaned) {
            operation.orphaned = true;
            orphans.add(operation);
        }
    }

    private void activate(Operation operation) {
        operation.active = true;
        if (operation.kind == Operation.Kind.REMOVE || operation.part != null) {
            addReady(operation);
        }
    }

    private void addReady(Operation operation) {
        listOf(operation).add(operation);
    }

    private OperationList listOf(Operation operation) {
        StagedPart part = operation.part;
        boolean bulk = part != null && (!part.last || (part.buffer != null && part.buffer.limit() > BULK_BYTES));
        return bulk ? bulky : small;
    }

    /** The small operations that are ready for a batch. */
    OperationList small() {
        return small;
    }

    /** The large ones, chunks included, that are ready for a batch. */
    OperationList bulky() {
        return bulky;
    }

    /** Puts an operation that had joined a batch back to the front, for the next one. */
    void again(Operation operation) {
        operation.inBatch = false;
        operation.part = operation.joinedPart;
        operation.joinedPart = null;
        listOf(operation).addFirst(operation);
    }

    /** Ends an active operation that is over; those that waited for it go on. */
    void retire(Operation operation) {
        Operation ending = operation;
        while (ending != null) {
            ending.retired = true;
            ending.active = false;
            releasePart(ending);
            stores -= ending.kind == Operation.Kind.STORE ? 1 : 0;
            Operation next = busy.leave(ending);
            if (next != null && !next.isOver()) {
                activate(next);
                return;
            }
            ending = next;
        }
    }

    /** A chunk of an operation was committed: it goes on with the next one, as soon as that is staged. */
    void goOn(Operation operation) {
        operation.inBatch = false;
        if (operation.part != null) {
            addReady(operation);
        }
    }

    /** The operations that ended while they waited for staging, and forgets them. */
    List<Operation> takeOrphans() {
        if (orphans.isEmpty()) {
            return List.of();
        }
        List<Operation> taken = List.copyOf(orphans);
        orphans.clear();
        return taken;
    }

    /** Gives up what has waited too long. True if the committer has something to clear away. */
    boolean expire(long now, Delivery delivery) {
        if (!expiryKnown || now - nextExpiry < 0) {
            return false;
        }
        expiryKnown = false;
        busy.forEach(operation -> {
            if (operation.expire(now)) {
                delivery.add(operation);
            }
            if (!operation.isOver()) {
                expect(operation.nextExpiry(now));
            } else if (!operation.inBatch && operation.part == null && operation.kind != Operation.Kind.REMOVE) {
                orphan(operation);
            }
        });
        return !orphans.isEmpty();
    }

    /** Ends everything: what has joined a batch with one failure, the rest with the other. False if there was nothing. */
    boolean refuseAll(SpoolException queued, SpoolException joined, Delivery delivery) {
        boolean any = !inbox.isEmpty() || busy.size() > 0;
        admit(delivery);
        while (!inbox.isEmpty()) {
            Thread.onSpinWait(); // somebody is between the two writes of a push, and relies on being seen
            admit(delivery);
        }
        List<Operation> all = new ArrayList<>(busy.size());
        busy.forEach(all::add);
        for (Operation operation : all) {
            if (operation.settleQueued(queued) || operation.settle(joined)) {
                delivery.add(operation);
            } else if (!operation.isOver()) {
                operation.doom = queued;
            }
            operation.retired = true;
            releasePart(operation);
        }
        busy.clear();
        orphans.clear();
        stores = 0;
        small.clear();
        bulky.clear();
        callOffControls(queued);
        return any;
    }

    private void expect(long expiry) {
        if (!expiryKnown || expiry - nextExpiry < 0) {
            nextExpiry = expiry;
            expiryKnown = true;
        }
    }

    private void releasePart(Operation operation) {
        StagedPart part = operation.part;
        operation.part = null;
        if (part != null && part.buffer != null) {
            pool.release(part.buffer);
        }
    }
}
