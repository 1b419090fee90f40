package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows how much room there is, so that the committer can ask without I/O: measured twice a second, and estimated from what was
 * written since. Below the reserve the spool is full to stores; the reserve belongs to removes, the write-ahead logs and
 * compaction.
 */
final class SpaceGauge implements MaintenanceStep {

    private static final long PERIOD_NANOS = 200_000_000L;

    /** What is written comes to stand in the log and in a file at the same time. */
    private static final int COPIES = 2;

    private final BackendContext context;
    private final Sizes sizes;
    private final AtomicLong room = new AtomicLong();

    SpaceGauge(BackendContext context, Sizes sizes) throws SpoolException {
        this.context = context;
        this.sizes = sizes;
        measure();
    }

    Backend.Space space() {
        long left = room.get();
        long reserve = sizes.reserveBytes(context.shards());
        if (left < reserve) {
            return Backend.Space.FULL;
        }
        long keepFree = (long) (context.options().minFreeSpace() * sizes.volumeBytes());
        return left < reserve + keepFree ? Backend.Space.LOW : Backend.Space.ENOUGH;
    }

    /** Told of bytes written. Any thread. */
    void written(long bytes) {
        room.addAndGet(-COPIES * bytes);
    }

    long maxMessageBytes() {
        return Math.max(1, Math.min(context.options().maxMessageBytes(), sizes.volumeBytes() / 8));
    }

    @Override
    public String name() {
        return "space";
    }

    @Override
    public long step() throws SpoolException {
        measure();
        return PERIOD_NANOS;
    }

    private void measure() throws SpoolException {
        try {
            long usable = context.disk().usableBytes(context.directory());
            long used = 0;
            for (int log = 0; log < context.shards(); log++) {
                used += DirectorySize.of(LogOpener.directory(context.directory(), log))
                        .bytes();
            }
            room.set(Math.min(usable, sizes.volumeBytes() - used));
        } catch (IOException e) {
            throw new SpoolIoException("asking for the free space of " + context.directory() + " failed: " + e, e);
        }
    }
}
