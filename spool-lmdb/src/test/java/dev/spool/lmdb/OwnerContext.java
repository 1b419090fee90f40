package dev.spool.lmdb;

import dev.spool.SpoolException;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** What an owner of an epoch gives the backend, without an engine. */
record OwnerContext(
        Path directory,
        Disk disk,
        long epoch,
        boolean predecessorGone,
        List<LogScan.Damage> found,
        AtomicReference<ByteBuffer> noted)
        implements BackendContext {

    OwnerContext(Path directory, Disk disk, long epoch, boolean predecessorGone, List<LogScan.Damage> found) {
        this(directory, disk, epoch, predecessorGone, found, new AtomicReference<>(ByteBuffer.allocate(0)));
    }

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

    /** The one of the spool that is in the directory, if there is one. */
    @Override
    public UUID storeId() {
        try {
            OriginFile known = OriginFile.read(disk, directory);
            return known == null ? new UUID(1, 2) : known.storeId();
        } catch (SpoolException e) {
            throw new AssertionError(e);
        }
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
        return noted.get().duplicate();
    }

    @Override
    public void updateNote(UnaryOperator<ByteBuffer> change) {
        noted.updateAndGet(change);
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
