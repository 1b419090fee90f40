package dev.spool;

import java.time.Instant;

/**
 * What is known of a stored message without reading its body.
 *
 * @param revision the revision of the log at which this version of body or envelope was committed
 * @param birthRevision the revision at which a message first came to be under this id (a replace keeps it, a remove ends it)
 * @param bodyBytes length of the body
 * @param bodyCrc CRC-32C of the body
 * @param envelopeBytes length of the envelope, 0 if there is none
 * @param envelopeCrc CRC-32C of the envelope, 0 if there is none
 * @param storedAt the time recorded with the message, to the millisecond
 */
public record MessageInfo(
        long revision,
        long birthRevision,
        long bodyBytes,
        int bodyCrc,
        int envelopeBytes,
        int envelopeCrc,
        Instant storedAt) {}
