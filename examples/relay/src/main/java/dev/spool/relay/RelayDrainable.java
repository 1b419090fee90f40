package dev.spool.relay;

import dev.spool.Drainable;
import dev.spool.SpoolException;
import dev.spool.relay.deliver.Deliveries;
import dev.spool.relay.receive.Receiver;
import java.time.Duration;

/**
 * The spool's controls with the relay's connections added: those stop first and start last.
 *
 * <p>A drain closes no connection. Clients between transactions wait, and only a commit sends them away; whoever is within a transaction
 * may finish it. What is not finished after the grace no longer holds up the handoff: its data are read on, and the store waits for the
 * outcome.
 */
final class RelayDrainable implements Drainable {

    private final Receiver receiver;
    private final Deliveries deliveries;
    private final Drainable spool;
    private final Duration grace;

    RelayDrainable(Receiver receiver, Deliveries deliveries, Drainable spool, Duration grace) {
        this.receiver = receiver;
        this.deliveries = deliveries;
        this.spool = spool;
        this.grace = grace;
    }

    @Override
    public DrainReport drain(Duration deadline) throws SpoolException {
        long end = System.nanoTime() + deadline.toNanos();
        receiver.hold();
        deliveries.hold();
        try {
            receiver.awaitNoTransaction(shorter(grace, deadline));
            // Half of what is left: the spool itself has to drain as well.
            Duration half = Duration.ofNanos(Math.max(1, (end - System.nanoTime()) / 2));
            deliveries.awaitIdle(shorter(grace, half), half);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        DrainReport drained = spool.drain(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
        return new DrainReport(receiver.connections(), drained.acceptClosed());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public SealReport seal() throws SpoolException {
        return spool.seal();
    }

    @Override
    public void resumeAfterAbort() throws SpoolException {
        spool.resumeAfterAbort();
        deliveries.release();
        receiver.release();
    }

    @Override
    public boolean isOvertaken() throws SpoolException {
        return spool.isOvertaken();
    }

    @Override
    public StateSnapshot snapshotState() {
        StateSnapshot now = spool.snapshotState();
        return new StateSnapshot(now.phase(), now.shardCount(), receiver.connections(), now.lastRevisions());
    }
}
