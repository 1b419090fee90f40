/**
 * A disk and a clock in memory. The disk loses, tears and refuses what a real one may, by seed, so that a test can cut the power
 * at every single operation and open what is left, thousands of times a second.
 */
@NullMarked
package dev.spool.testkit.disk;

import org.jspecify.annotations.NullMarked;
