package dev.spool.engine.ledger;

/** How what a spool holds under one id stands to what the ledger allows. */
enum Judgement {
    /** There, byte for byte. */
    STORED,
    /** Gone, as an acknowledged removal demands or an unacknowledged one allows. */
    REMOVED,
    /** Neither could be wrong: nothing on this id was acknowledged. */
    UNDECIDED,
    LOST,
    WRONG,
    RESURRECTED
}
