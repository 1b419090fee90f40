/** Benchmarks of the spool and of its peers. */
@NullMarked
package dev.spool.jmh;

import org.jspecify.annotations.NullMarked;
