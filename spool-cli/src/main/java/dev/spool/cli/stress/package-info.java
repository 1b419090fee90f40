/** Load with a ledger: what was issued and what was acknowledged is written down for the oracle. */
@NullMarked
package dev.spool.cli.stress;

import org.jspecify.annotations.NullMarked;
