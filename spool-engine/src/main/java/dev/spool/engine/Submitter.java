package dev.spool.engine;

import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.StoreOptions;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.LogStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What happens on the caller's thread: checks limits and health, copies and checksums the payload if there is room for it, looks
 * up what a remove or update is about, and hands the operation to its lane. Never waits. Thread-safe.
 */
final class Submitter {

    /** Largest envelope, where the log does not need it to be smaller. */
    static final int ENVELOPE_BYTES_MAX = 64 << 10;

    private static final int CHUNK_BYTES_MAX = 1 << 20;
    private static final int CHUNK_BYTES_MIN = 16 << 10;

    private final SpoolOptions options;
    private final EngineClock clock;
    private final LaneServices services;
    private final List<CommitLane> lanes;
    private final List<? extends LogStore> logs;
    private final ReadGate gate;
    private final int chunkBytes;
    private volatile long maxMessageBytes;

    Submitter(LaneServices services, List<CommitLane> lanes, List<? extends LogStore> logs, ReadGate gate) {
        this.options = services.options();
        this.clock = services.clock();
        this.services = services;
        this.lanes = lanes;
        this.logs = logs;
        this.gate = gate;
        this.maxMessageBytes = options.maxMessageBytes();
        long chunk = Math.min(CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES_MIN, options.maxInFlightBytes() / 4));
        for (LogStore log : logs) {
            chunk = Math.min(chunk, log.chunkBytesMax());
        }
        this.chunkBytes = (int) chunk;
    }

    /** Largest body accepted at present. */
    long maxMessageBytes() {
        return maxMessageBytes;
    }

    /** Lowers the largest body to what the volume allows. */
    void maxMessageBytes(long volumeAllows) {
        maxMessageBytes = Math.min(options.maxMessageBytes(), volumeAllows);
    }

    int maxEnvelopeBytes() {
        return Math.min(ENVELOPE_BYTES_MAX, chunkBytes);
    }

    /** @throws IllegalArgumentException if the message exceeds the limits */
    void checkLimits(Message message) {
        if (message.bodyBytes() > maxMessageBytes) {
            throw new IllegalArgumentException(
                    "a body of " + message.bodyBytes() + " bytes exceeds the largest accepted, " + maxMessageBytes
                            + " (maxMessageBytes, and a share of the volume)");
        }
        checkLimits(message.envelope());
    }

    /** @throws IllegalArgumentException if the envelope exceeds the limit */
    void checkLimits(ByteBuffer envelope) {
        if (envelope.remaining() > maxEnvelopeBytes()) {
            throw new IllegalArgumentException("an envelope of " + envelope.remaining()
                    + " bytes exceeds the largest accepted, " + maxEnvelopeBytes());
        }
    }

    /** Submits a store that is within the limits. */
    Operation store(SpoolId id, Message message, StoreOptions of, Object waiter) {
        Payload payload = new Payload(message.envelope(), message.body(), message.bodyBytes(), chunkBytes);
        return submit(new Operation(Operation.Kind.STORE, id, terms(of), waiter, payload), payload);
    }

    /** Submits an update whose envelope is within the limit. */
    Operation updateEnvelope(SpoolId id, ByteBuffer envelope, StoreOptions of, Object waiter) {
        Payload payload = new Payload(envelope.slice(), List.of(), 0, chunkBytes);
        Operation operation = new Operation(Operation.Kind.UPDATE_ENVELOPE, id, terms(of), waiter, payload);
        lookUp(operation);
        return submit(operation, payload);
    }

    Operation remove(SpoolId id, Object waiter) {
        Operation operation = new Operation(Operation.Kind.REMOVE, id, terms(StoreOptions.DEFAULT), waiter, null);
        if (!isRefused(operation)) {
            lookUp(operation);
            lane(id).submit(operation);
        }
        return operation;
    }

    private Operation submit(Operation operation, Payload payload) {
        if (isRefused(operation)) {
            return operation;
        }
        CommitLane lane = lane(operation.id);
        ByteBuffer buffer =
                services.stager().hasWaiting() ? null : services.pool().tryAcquire(payload.nextPartBytes());
        if (buffer == null) {
            services.stager().announce();
            lane.submit(operation);
            services.stager().stageFirst(operation, lane);
            return operation;
        }
        try {
            operation.part = payload.stage(operation, buffer);
        } catch (RuntimeException | Error failure) { // buffers that cannot be read, or no memory
            services.pool().release(buffer);
            refuse(operation, failure);
            return operation;
        }
        lane.submit(operation);
        return operation;
    }

    private boolean isRefused(Operation operation) {
        SpoolException refusal = services.world().admission().refusal(operation.kind, operation.bodyBytes);
        if (refusal == null) {
            return false;
        }
        refuse(operation, refusal);
        return true;
    }

    private void refuse(Operation operation, Throwable reason) {
        if (operation.settleQueued(reason)) {
            services.completions().deliver(operation);
        }
    }

    /** Spares the committer the look-up; if it cannot be done here, the committer does it and finds out why. */
    private void lookUp(Operation operation) {
        int reader = gate.enter();
        try {
            operation.hint = logs.get(lane(operation.id).shard()).current(operation.id);
            operation.hinted = true;
        } catch (SpoolException e) {
            operation.hinted = false;
        } finally {
            gate.leave(reader);
        }
    }

    private CommitLane lane(SpoolId id) {
        return lanes.size() == 1 ? lanes.get(0) : lanes.get(IdHash.shard(id, lanes.size()));
    }

    private Operation.Terms terms(StoreOptions of) {
        long now = clock.nanoTime();
        Duration deadline = of.deadline();
        Duration giveUp = of.giveUpAfter();
        long deadlineNanos = nanos(deadline == null ? options.storeTimeout() : deadline);
        long giveUpNanos = giveUp == null ? deadlineNanos : nanos(giveUp);
        Instant storedAt = of.storedAt();
        return new Operation.Terms(
                now,
                now + deadlineNanos,
                now + giveUpNanos,
                deadline != null,
                of.forceSync(),
                storedAt == null ? clock.millis() : storedAt.toEpochMilli());
    }

    private static long nanos(Duration duration) {
        // A century is for ever, and far from an overflow.
        return duration.compareTo(Duration.ofDays(36_500)) > 0
                ? Duration.ofDays(36_500).toNanos()
                : duration.toNanos();
    }
}
