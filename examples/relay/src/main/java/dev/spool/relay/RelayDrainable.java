package dev.spool.relay;

import dev.spool.Drainable;
import dev.spool.SpoolDeadlineException;
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
 *
 * <p>A delivery whose final dot has been sent calls the handoff off if the downstream server has not answered by half of the deadline: only
 * this process can learn the answer, and the successor would make the delivery again.
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

    /**
     * @throws SpoolDeadlineException if a delivery is under way still, or messages are in flight, at the deadline: the host resumes
     */
    @Override
    public DrainReport drain(Duration deadline) throws SpoolException {
        long end = System.nanoTime() + deadline.toNanos();
        receiver.hold();
        deliveries.hold();
        try {
            receiver.awaitNoTransaction(shorter(grace, deadline));
            // Half of what is left: the spool itself has to drain as well.
            Duration half = Duration.ofNanos(Math.max(1, (end - System.nanoTime()) / 2));
            if (!deliveries.awaitIdle(shorter(grace, half), half)) {
                throw new SpoolDeadlineException(
                        "a delivery waits for the downstream server's reply to its final dot, " + half.toMillis()
                                + " ms after the drain began; the successor would make it again. Hand off later");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SpoolDeadlineException(
                    "interrupted while deliveries were under way; the successor would make them again", e);
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
