package dev.spool.handoff.protocol;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one process says to another in a handoff. Each frame carries the id of the handoff that it belongs to. */
public sealed interface Frame {

    /** The handoff of frames that belong to none. */
    UUID NO_HANDOFF = new UUID(0, 0);

    UUID handoff();

    FrameKind kind();

    /**
     * The first frame of every connection.
     *
     * @param handoff of a successor: the one it was started for
     * @param pid of the sender, held against what the kernel says of the peer
     * @param protocolMin oldest version that it speaks
     * @param protocolMax newest version that it speaks
     * @param build what the sender calls its version; shown to people
     */
    record Hello(UUID handoff, Role role, long pid, int protocolMin, int protocolMax, String build) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.HELLO;
        }
    }

    /** The answer to {@link Hello}: the version both go on with. */
    record Welcome(UUID handoff, int protocol) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.WELCOME;
        }
    }

    /** Asks for a replacement. */
    record Request(UUID handoff) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.REQUEST;
        }
    }

    /** How the replacement is getting on, in words. */
    record Progress(UUID handoff, String text) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.PROGRESS;
        }
    }

    /** How the replacement ended. */
    record Outcome(UUID handoff, boolean committed, String text) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.OUTCOME;
        }
    }

    /**
     * Tells the incumbent to drain.
     *
     * @param remainingMillis what is left until the handoff's deadline
     * @param graceMillis how long the drain may take
     * @param successorPid whom the incumbent waits for, should the supervisor be lost
     * @param successorStart when that process started, in units of the platform; 0 if not known
     */
    record Prepare(UUID handoff, long remainingMillis, long graceMillis, long successorPid, long successorStart)
            implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.PREPARE;
        }
    }

    /** New messages are refused and all accepted ones are durable. */
    record Drained(UUID handoff, int connectionsRemaining, boolean acceptClosed) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.DRAINED;
        }
    }

    /** Tells the incumbent to seal. */
    record Seal(UUID handoff) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.SEAL;
        }
    }

    /** Everything is sealed and the lock is released. */
    record Sealed(UUID handoff, SealReport report) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.SEALED;
        }
    }

    /** Draining or sealing failed; the incumbent resumes by itself. */
    record Failed(UUID handoff, String reason) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.FAILED;
        }
    }

    /**
     * Tells the successor to take the lock and to look.
     *
     * @param expected what the incumbent sealed; null if it died unsealed, so that there is nothing to compare
     */
    record Begin(UUID handoff, @Nullable SealReport expected) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.BEGIN;
        }
    }

    /**
     * The successor holds the lock, has found everything in order, and has changed nothing yet.
     *
     * @param found what it computed from the disk; null if it will have to recover first
     */
    record Verified(UUID handoff, @Nullable SealReport found) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.VERIFIED;
        }
    }

    /** The successor does not take over; it has let go of the lock. */
    record Refused(UUID handoff, String reason) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.REFUSED;
        }
    }

    /** Tells the successor to raise the epoch. From here on the supervisor does not change its mind. */
    record Take(UUID handoff) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.TAKE;
        }
    }

    /** The successor owns the spool and serves. */
    record Ready(UUID handoff, List<String> listeningOn, boolean healthy, List<LogRevision> revisions)
            implements Frame {
        public Ready {
            listeningOn = List.copyOf(listeningOn);
            revisions = List.copyOf(revisions);
        }

        @Override
        public FrameKind kind() {
            return FrameKind.READY;
        }
    }

    /** Tells the incumbent to finish and exit. */
    record Commit(UUID handoff) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.COMMIT;
        }
    }

    /** Tells the incumbent to resume, after the successor's end, or the successor to exit. */
    record Abort(UUID handoff, String reason) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.ABORT;
        }
    }

    /** The incumbent serves again. */
    record Resumed(UUID handoff) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.RESUMED;
        }
    }

    /** The incumbent could not resume, and exits. */
    record Lost(UUID handoff, String reason) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.LOST;
        }
    }

    /** Tells the new owner that its predecessor has exited: from now on it may write what that one could not read. */
    record Settled(UUID handoff) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.SETTLED;
        }
    }

    /** Says nothing but that the sender lives. */
    record Heartbeat(UUID handoff) implements Frame {
        @Override
        public FrameKind kind() {
            return FrameKind.HEARTBEAT;
        }
    }
}
