/** How a new process takes a spool over from the one that runs, on the same machine and the same directory. */
@NullMarked
package dev.spool.handoff;

import org.jspecify.annotations.NullMarked;
