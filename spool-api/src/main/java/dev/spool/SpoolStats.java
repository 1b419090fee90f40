package dev.spool;

import java.util.List;
import java.util.UUID;

/**
 * Counts and sizes of a spool at one moment.
 *
 * @param formatVersion version of the on-disk format
 * @param backend name of the backend
 * @param storeId identity of this spool, fixed when it was created
 * @param entries live messages
 * @param liveBytes bodies and envelopes of the live messages
 * @param totalBytes bytes the spool occupies on its volume, pool and padding included
 * @param files files the spool consists of
 * @param inFlightBytes bytes submitted and not yet completed
 * @param indexBytes heap used by index and segment metadata
 * @param cacheBytes memory used by the message cache and the backend's own caches
 * @param maxMessageBytes largest body that is accepted at present
 * @param maxEnvelopeBytes largest envelope that is accepted
 * @param reclaimableBytes bytes that compaction could give back
 * @param shards head of each shard's log
 */
public record SpoolStats(
        int formatVersion,
        String backend,
        UUID storeId,
        long entries,
        long liveBytes,
        long totalBytes,
        long files,
        long inFlightBytes,
        long indexBytes,
        long cacheBytes,
        long maxMessageBytes,
        int maxEnvelopeBytes,
        long reclaimableBytes,
        List<Shard> shards) {

    public SpoolStats {
        shards = List.copyOf(shards);
    }

    /**
     * The head of one log.
     *
     * @param shard its number, from 0
     * @param revision last committed revision
     * @param head the head's digest, in lower-case hex
     */
    public record Shard(int shard, long revision, String head) {}
}
