/** The contract of the spool: what a host server programs against. */
@NullMarked
package dev.spool;

import org.jspecify.annotations.NullMarked;
