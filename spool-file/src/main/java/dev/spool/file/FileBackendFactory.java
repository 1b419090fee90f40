package dev.spool.file;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes, reads and checks spools of the file backend. */
final class FileBackendFactory implements BackendFactory {

    private static final int SHARDS_MAX = 64;

    @Override
    public String name() {
        return "file";
    }

    @Override
    public int formatVersion() {
        return SegmentHeader.FORMAT_VERSION;
    }

    @Override
    public boolean cachesOnStore() {
        return false;
    }

    @Override
    public Backend open(BackendContext context) throws SpoolException {
        return FileBackend.open(context);
    }

    @Override
    public ReadOnlyBackend openReadOnly(ReadOnlyContext context) throws SpoolException {
        return FileReadOnlyBackend.open(context);
    }

    @Override
    public CheckReport check(ReadOnlyContext context, Consumer<Finding> findings) throws SpoolException {
        return new FileCheck(context, findings).run();
    }

    @Override
    public CheckReport repair(BackendContext context, Consumer<Finding> findings) throws SpoolException {
        return new FileRepair(context, findings).run();
    }

    @Override
    public Optional<Origin> identify(Disk disk, Path directory) throws SpoolException {
        for (int shard = 0; shard < SHARDS_MAX; shard++) {
            for (SlotSurvey.Slot slot : SlotSurvey.of(disk, SegmentFiles.directory(directory, shard))
                    .slots()) {
                SegmentHeader header = slot.header();
                if (header != null) {
                    return Optional.of(new Origin(header.storeId(), header.shards()));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public long highestEpoch(Disk disk, Path directory) throws SpoolException {
        long highest = 0;
        for (int shard = 0; shard < SHARDS_MAX; shard++) {
            for (SlotSurvey.Slot slot : SlotSurvey.of(disk, SegmentFiles.directory(directory, shard))
                    .slots()) {
                SegmentHeader header = slot.header();
                highest = Math.max(highest, header == null ? 0 : header.epoch());
            }
        }
        return highest;
    }
}
