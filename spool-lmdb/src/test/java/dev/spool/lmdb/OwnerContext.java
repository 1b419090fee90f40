package dev.spool.lmdb;

import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.io.SystemDisk;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What an owner of an epoch gives the backend, without an engine. */
record OwnerContext(Path directory, Disk disk, long epoch, boolean predecessorGone, List<LogScan.Damage> found)
        implements BackendContext {

    OwnerContext(Path directory, long epoch, boolean predecessorGone) {
        this(directory, SystemDisk.INSTANCE, epoch, predecessorGone, new ArrayList<>());
    }

    @Override
    public EngineClock clock() {
        return EngineClock.SYSTEM;
    }

    @Override
    public SpoolOptions options() {
        return SpoolOptions.DEFAULTS;
    }

    @Override
    public UUID storeId() {
        return new UUID(1, 2);
    }

    @Override
    public int shards() {
        return 1;
    }

    @Override
    public boolean cleanlyReleased() {
        return true;
    }

    @Override
    public ByteBuffer note() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public void updateNote(UnaryOperator<ByteBuffer> change) {
        throw new UnsupportedOperationException("LMDB has no note");
    }

    @Override
    public void requestCommit(int log) {}

    @Override
    public void wakeMaintenance() {}

    @Override
    public void damaged(LogScan.Damage damage) {
        found.add(damage);
    }
}
