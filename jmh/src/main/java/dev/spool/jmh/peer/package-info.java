/** What stores messages durably: the spool, the least that has to be done, and what a host would use otherwise. */
@NullMarked
package dev.spool.jmh.peer;

import org.jspecify.annotations.NullMarked;
