/**
 * Random operations, reopens and kills, held against a map that keeps what a spool should. A backend extends
 * {@link dev.spool.testkit.model.SpoolModelProperties}, and one that reaches storage through the engine's disk
 * {@link dev.spool.testkit.model.CrashModelProperties} too. A failure prints the shortest list of operations that shows it, and the
 * seed that replays it.
 */
@NullMarked
package dev.spool.testkit.model;

import org.jspecify.annotations.NullMarked;
