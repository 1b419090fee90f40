/** Copies a spool into a new one, of the same backend or another. */
@NullMarked
package dev.spool.cli.copy;

import org.jspecify.annotations.NullMarked;
