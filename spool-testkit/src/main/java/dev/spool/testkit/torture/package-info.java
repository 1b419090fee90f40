/**
 * Torture: what is done to a spool of any backend to find out whether it keeps its promise, and one way of counting what came of
 * it. {@link dev.spool.testkit.torture.Torture} runs all of it; each method can be run by itself, by seed.
 */
@NullMarked
package dev.spool.testkit.torture;

import org.jspecify.annotations.NullMarked;
