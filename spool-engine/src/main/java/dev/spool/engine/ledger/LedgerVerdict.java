package dev.spool.engine.ledger;

import dev.spool.ScanReport;
import dev.spool.engine.ledger.LedgerDifference.Kind;

/**
 * What came of holding a spool against a ledger, in messages. Those of which nothing was acknowledged and nothing is there
 * are in none of the counts.
 *
 * @param stored there, byte for byte as the ledger demands or allows
 * @param removed gone, as the ledger demands or allows
 * @param lost {@link Kind#LOST}
 * @param wrong {@link Kind#WRONG}
 * @param resurrected {@link Kind#RESURRECTED}
 * @param corrupt {@link Kind#CORRUPT}
 * @param scan how the enumeration of the spool went
 */
public record LedgerVerdict(
        long stored, long removed, long lost, long wrong, long resurrected, long corrupt, ScanReport scan) {

    /** Whether there is no difference, and nothing that could have hidden one. */
    public boolean clean() {
        return lost == 0 && wrong == 0 && resurrected == 0 && corrupt == 0 && scan.complete();
    }
}
