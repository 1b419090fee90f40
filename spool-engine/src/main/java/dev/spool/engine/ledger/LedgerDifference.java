package dev.spool.engine.ledger;

import dev.spool.SpoolId;

/**
 * One message that is not as its ledger demands.
 *
 * @param detail what was found, for people
 */
public record LedgerDifference(Kind kind, SpoolId id, String detail) {

    /** What may be wrong with a message. */
    public enum Kind {
        /** Its store was acknowledged, and it is not there, or a complete scan does not return it. */
        LOST,
        /** Its bytes are none of those that it may have, or a scan returned it twice. */
        WRONG,
        /** Its removal was acknowledged, nothing was stored since, and it is there. */
        RESURRECTED,
        /** The spool itself reports it as damaged. */
        CORRUPT
    }
}
