package dev.spool.engine;

import dev.spool.SpoolStats;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.Head;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Puts the statistics of a spool together from what its parts tell. */
final class StatsReport {

    private StatsReport() {}

    /** What the engine itself knows; all zero for a reader. */
    record EngineUse(long inFlightBytes, long cacheBytes, long maxMessageBytes, int maxEnvelopeBytes) {}

    /** @param heads of the shards in order; not shared with anybody who changes them */
    static SpoolStats of(
            BackendFactory factory, UUID storeId, List<Head> heads, Backend.Usage usage, EngineUse engine) {
        List<SpoolStats.Shard> shards = new ArrayList<>(heads.size());
        long entries = 0;
        long liveBytes = 0;
        for (Head head : heads) {
            entries += head.liveCount();
            liveBytes += head.liveBytes();
            String digest = HexFormat.of().formatHex(head.digest());
            shards.add(new SpoolStats.Shard(shards.size(), head.revision(), digest));
        }
        return new SpoolStats(
                factory.formatVersion(),
                factory.name(),
                storeId,
                entries,
                liveBytes,
                usage.totalBytes(),
                usage.files(),
                engine.inFlightBytes(),
                usage.indexBytes(),
                engine.cacheBytes() + usage.cacheBytes(),
                engine.maxMessageBytes(),
                engine.maxEnvelopeBytes(),
                usage.reclaimableBytes(),
                shards);
    }
}
