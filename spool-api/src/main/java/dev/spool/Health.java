package dev.spool;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of a spool, for its operator. Never shown to a remote peer.
 *
 * @param state the summary
 * @param cause why the state is not {@link State#HEALTHY}; {@link Cause#NONE} if it is
 * @param since when this state began
 * @param detail what happened, where, and what to do; may name paths
 * @param corruptMessages damaged messages or places found since open
 */
public record Health(State state, Cause cause, Instant since, String detail, long corruptMessages) {

    /** Summary of a spool's health. */
    public enum State {
        HEALTHY,
        /** Everything works, but damage has been found: see {@link Health#corruptMessages()}. */
        DEGRADED,
        /** New messages are refused. Loads and removes work in every state in which they can. */
        UNHEALTHY,
        CLOSED
    }

    /** Why a spool is not healthy. Each cause but the first and the last has one bland text, safe for a remote peer. */
    public enum Cause {
        NONE(null),
        /** Free space fell below the soft limit: large messages are refused, compaction runs at full speed. */
        FULL_SOFT("spool storage is low"),
        /** No space for stores; the reserve keeps removes and compaction working. */
        FULL("spool storage is full"),
        /** A write or sync failed. Ends only after a probe write that worked. */
        SYNC_FAILED("spool storage failed"),
        /** A sync is taking too long. */
        SYNC_SLOW("spool storage is slow"),
        /** More is waiting than the spool can take within its timeout. */
        OVERLOADED("spool is busy"),
        DRAINING("spool is shutting down"),
        SEALED("spool is shutting down"),
        /** Another process owns the directory now. */
        FENCED("spool is shutting down"),
        CLOSED("spool is shutting down"),
        /** Degraded only: damaged messages were found. */
        CORRUPTION(null);

        @SuppressWarnings("ImmutableEnumChecker")
        private final @org.jspecify.annotations.Nullable String publicText;

        Cause(@org.jspecify.annotations.Nullable String publicText) {
            this.publicText = publicText;
        }

        /** The bland text, or empty if this cause does not make a spool unhealthy. */
        public Optional<String> publicText() {
            return Optional.ofNullable(publicText);
        }
    }
}
