/** The record: what a backend stores for each operation, drawn once for all backends. */
@org.jspecify.annotations.NullMarked
package dev.spool.engine.record;
