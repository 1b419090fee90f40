package dev.spool.engine.spi;

/**
 * What a commit did.
 *
 * @param bytesWritten bytes written, padding included
 * @param syncNanos time of the sync alone; 0 if there was none
 */
public record Durable(long bytesWritten, long syncNanos) {}
