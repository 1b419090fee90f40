/**
 * What a writer did to a spool, line by line, and the oracle that holds the spool against it afterwards.
 *
 * <p>A {@link dev.spool.engine.ledger.Ledger} says before each operation that it is about to be issued and after each
 * acknowledgement that it came. Whatever then happens to the writer, the machine or the disk, what a
 * {@link dev.spool.engine.ledger.LedgerReader} reads back tells exactly what the spool must hold, must not hold, and may do
 * either with; {@link dev.spool.engine.ledger.LedgerOracle} compares.
 */
@NullMarked
package dev.spool.engine.ledger;

import org.jspecify.annotations.NullMarked;
