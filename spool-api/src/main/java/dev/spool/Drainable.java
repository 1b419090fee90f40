package dev.spool;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How one process hands a spool to the next. Every call blocks. A host wraps this in its own, which adds its connections.
 *
 * <p>States and what they allow:
 *
 * <table>
 * <caption>operations by state</caption>
 * <tr><th>state</th><th>new messages</th><th>removes, envelope updates</th><th>loads</th></tr>
 * <tr><td>open</td><td>yes</td><td>yes</td><td>yes</td></tr>
 * <tr><td>drained</td><td>refused, {@link SpoolDrainingException}</td><td>yes</td><td>yes</td></tr>
 * <tr><td>sealed</td><td>refused</td><td>refused, {@link SpoolDrainingException}</td><td>while the files are unchanged</td></tr>
 * </table>
 */
public interface Drainable {

    /**
     * Refuses new messages from now on and waits until those in flight are durable.
     *
     * @param deadline how long to wait; when it passes, the spool stays half-drained: new messages are refused, and drain,
     *     seal or resumeAfterAbort may follow
     * @throws SpoolDeadlineException if messages were still in flight at the deadline
     */
    DrainReport drain(Duration deadline) throws SpoolException;

    /**
     * Refuses every mutation, syncs, writes the footers and the fingerprint, and releases the lock. May be called without a
     * drain, and again after a failure.
     *
     * <p>On disk when this returns: every acknowledged operation, a footer on every segment, and the owner file saying
     * "released" with the fingerprint of this report.
     */
    SealReport seal() throws SpoolException;

    /**
     * Takes the lock back and serves again. Idempotent; works from half-drained, drained, half-sealed and sealed states.
     *
     * @throws SpoolLockedException if another process took the directory
     * @throws SpoolFencedException if another process owned it meanwhile: this spool must be opened afresh
     */
    void resumeAfterAbort() throws SpoolException;

    /**
     * Whether another process has raised the ownership epoch since this one did, so that this spool can only be opened afresh.
     * Looks at the disk and takes nothing; works in every state but closed.
     */
    boolean isOvertaken() throws SpoolException;

    /** What this spool is at now. Works in every state. */
    StateSnapshot snapshotState();

    /**
     * Outcome of a drain.
     *
     * @param openConnectionsRemaining connections of the host still open; 0 from a bare spool
     * @param acceptClosed whether new messages are refused
     */
    record DrainReport(int openConnectionsRemaining, boolean acceptClosed) {}

    /** The last revision of one log. */
    record LogRevision(int log, long revision) {}

    /**
     * Outcome of a seal.
     *
     * @param lastRevisions last revision per log
     * @param fingerprint SHA-256 over the sorted heads and footer digests
     */
    record SealReport(List<LogRevision> lastRevisions, Fingerprint fingerprint) {
        public SealReport {
            lastRevisions = List.copyOf(lastRevisions);
        }
    }

    /** State of a spool. */
    record StateSnapshot(Phase phase, int shardCount, int openConnections, List<LogRevision> lastRevisions) {
        public StateSnapshot {
            lastRevisions = List.copyOf(lastRevisions);
        }
    }

    /** Where a spool stands between open and handed over. */
    enum Phase {
        OPEN,
        DRAINING,
        DRAINED,
        SEALING,
        SEALED,
        CLOSED
    }

    /**
     * What a successor tells before it takes over.
     *
     * @param listeningOn addresses the host listens on, as it writes them
     * @param healthy whether {@link SpoolReader#unhealthyReason()} is null
     * @param advertisedRevisions last revision per log that it found
     * @param directory the spool's directory
     */
    record ReadinessSnapshot(
            List<String> listeningOn, boolean healthy, List<LogRevision> advertisedRevisions, Path directory) {
        public ReadinessSnapshot {
            listeningOn = List.copyOf(listeningOn);
            advertisedRevisions = List.copyOf(advertisedRevisions);
        }
    }
}
