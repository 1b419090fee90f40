package dev.spool.handoff;

/**
 * Why a server's part is over; the process should exit now.
 *
 * @param text for people
 */
public record HandoffEnd(Kind kind, String text) {

    /** How it ended. */
    public enum Kind {
        /** Another process has taken the spool over: finish what needs no spool. Exit status 0. */
        HANDED_OVER,
        /** This was to be the successor, and has not become it. Exit status 1. */
        NOT_TAKEN_OVER,
        /** The spool was given up and could not be taken back. Exit status 1, so that a server is started afresh. */
        LOST,
        /** {@link HandoffMember#stop} was called; the spool is closed. Exit status 0. */
        STOPPED
    }

    /** The status to exit with. */
    public int exitStatus() {
        return kind == Kind.HANDED_OVER || kind == Kind.STOPPED ? 0 : 1;
    }
}
