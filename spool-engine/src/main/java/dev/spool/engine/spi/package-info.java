/**
 * What a backend implements: batches in, durable bytes, messages out. Everything that a user can observe beyond that is
 * written once, in the engine.
 */
@org.jspecify.annotations.NullMarked
package dev.spool.engine.spi;
