package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stages what its caller could not: payloads that found no room within the bound on bytes in flight, first come, first served,
 * and the later chunks of large messages, which go first so that what waits behind such a message gets on.
 *
 * <p>{@link #step} is called by one thread at a time, the other methods by any.
 */
final class Stager {

    private static final int STEP_MAX = 64;

    private final StagingPool pool;
    private final Completions completions;
    private final Inbox inbox = new Inbox();
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final ArrayDeque<Request> goingOn = new ArrayDeque<>();
    private final AtomicInteger firstParts = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final Doorbell bell = new Doorbell();
    private volatile boolean roomCameFree;
    private Runnable onStarving = () -> {};

    Stager(StagingPool pool, Completions completions) {
        this.pool = pool;
        this.completions = completions;
    }

    /** @param action called when something waits for room; before any step */
    void onStarving(Runnable action) {
        onStarving = action;
    }

    /** Whether operations wait for room: newcomers queue behind them then. */
    boolean hasWaiting() {
        return firstParts.get() > 0;
    }

    /** Announces a first part before its operation is handed to its lane, so that later operations do not overtake it. */
    void announce() {
        firstParts.incrementAndGet();
    }

    /** Asks for the first part of an operation that was announced and handed to its lane. */
    void stageFirst(Operation operation, CommitLane lane) {
        add(new Request(operation, lane, true));
    }

    /** Asks for the next chunk of an operation of which others are on their way. */
    void stageNext(Operation operation, CommitLane lane) {
        add(new Request(operation, lane, false));
    }

    /** Tells that bytes came free. */
    void roomCameFree() {
        if (requests.get() > 0) {
            roomCameFree = true;
            bell.ring();
        }
    }

    Doorbell bell() {
        return bell;
    }

    /** Whether {@link #step} would only find out again that there is no room. */
    boolean isIdle() {
        return inbox.isEmpty() && !roomCameFree;
    }

    /** Stages what there is room for, within a bound. True if it staged something. */
    boolean step() {
        roomCameFree = false;
        for (InboxEntry entry = inbox.poll(); entry != null; entry = inbox.poll()) {
            Request request = (Request) entry;
            (request.first ? waiting : goingOn).add(request);
        }
        int staged = 0;
        while (staged < STEP_MAX && (stageHead(goingOn) || stageHead(waiting))) {
            staged++;
        }
        if (staged == STEP_MAX) {
            roomCameFree = true; // look again
        } else if (!waiting.isEmpty() || !goingOn.isEmpty()) {
            onStarving.run();
        }
        return staged > 0;
    }

    private void add(Request request) {
        requests.incrementAndGet();
        inbox.push(request);
        bell.ring();
    }

    private boolean stageHead(ArrayDeque<Request> queue) {
        Request request = queue.peek();
        if (request == null) {
            return false;
        }
        Operation operation = request.operation;
        if (!operation.beginStaging()) {
            finish(queue, request, StagedPart.none(operation));
            return true;
        }
        StagedPart part = null;
        try {
            Payload payload = requireNonNull(operation.payload(), "staging has begun, so that it is not over");
            ByteBuffer buffer = acquire(request, payload);
            if (buffer == null) {
                return false;
            }
            part = stage(operation, payload, buffer);
        } finally {
            operation.endStaging();
            if (part != null) {
                finish(queue, request, part);
            }
        }
        return true;
    }

    private @Nullable ByteBuffer acquire(Request request, Payload payload) {
        int bytes = payload.nextPartBytes();
        return request.first ? pool.tryAcquire(bytes) : pool.tryAcquireToGoOn(bytes);
    }

    /** The staged part, or none if it could not be staged, which ends the operation. */
    private StagedPart stage(Operation operation, Payload payload, ByteBuffer buffer) {
        try {
            return payload.stage(operation, buffer);
        } catch (RuntimeException | Error e) {
            // Buffers that were closed or truncated under us, against the contract of a store; or no memory.
            pool.release(buffer);
            operation.endStaging();
            if (operation.settleQueued(e)) {
                completions.deliver(operation);
            }
            return StagedPart.none(operation);
        }
    }

    private void finish(ArrayDeque<Request> queue, Request request, StagedPart part) {
        queue.remove();
        requests.decrementAndGet();
        if (request.first) {
            firstParts.decrementAndGet();
        }
        request.lane.submit(part);
    }

    /** A part that somebody wants staged. */
    private static final class Request extends InboxEntry {
        final Operation operation;
        final CommitLane lane;
        final boolean first;

        Request(Operation operation, CommitLane lane, boolean first) {
            this.operation = operation;
            this.lane = lane;
            this.first = first;
        }
    }
}
