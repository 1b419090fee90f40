/** The seam to storage and time. Nothing else in the engine or a file-based backend touches files, clocks or locks. */
@org.jspecify.annotations.NullMarked
package dev.spool.engine.io;
