/**
 * A backend without a disk: the engine and the contract suite run against it in full, but for what needs storage that outlives
 * the process. Also the smallest example of the backend SPI.
 */
@NullMarked
package dev.spool.testkit.memory;

import org.jspecify.annotations.NullMarked;
