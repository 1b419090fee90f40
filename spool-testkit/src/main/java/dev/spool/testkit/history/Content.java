package dev.spool.testkit.history;

/**
 * What a message holds, by number: each store brings a body and an envelope of its number, each update an envelope of its own.
 *
 * @param body number of the store that wrote the body
 * @param envelope number of the store or update that wrote the envelope
 */
public record Content(int body, int envelope) {}
