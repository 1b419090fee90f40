/** Runs the benchmarks, peers in turns, and writes what they show. */
@NullMarked
package dev.spool.jmh.report;

import org.jspecify.annotations.NullMarked;
