package dev.spool.file;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.BackendLookAhead;
import dev.spool.engine.spi.PreparedBackend;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The file backend as the engine finds it. */
final class FileBackendFactory implements BackendFactory {

    @Override
    public String name() {
        return "file";
    }

    @Override
    public int formatVersion() {
        return SegmentHeader.FORMAT_VERSION;
    }

    /** The page cache serves. */
    @Override
    public boolean cachesOnStore() {
        return false;
    }

    @Override
    public Backend open(BackendContext context) throws SpoolException {
        return FileBackend.open(context);
    }

    /** Reads the logs once: the indexes are those of the store that is opened. */
    @Override
    public PreparedBackend prepare(ReadOnlyContext context) throws SpoolException {
        return FilePreparation.of(context, any -> null);
    }

    @Override
    public BackendLookAhead lookAhead(ReadOnlyContext context) {
        return new FileLookAhead(context);
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
        for (SegmentHeader header : headers(disk, directory)) {
            if (!header.storeId().equals(SlotSurvey.UNKNOWN_STORE)) {
                return Optional.of(new Origin(header.storeId(), header.shards()));
            }
        }
        return Optional.empty();
    }

    @Override
    public long highestEpoch(Disk disk, Path directory) throws SpoolException {
        return headers(disk, directory).stream()
                .mapToLong(SegmentHeader::epoch)
                .max()
                .orElse(0);
    }

    private static List<SegmentHeader> headers(Disk disk, Path directory) throws SpoolException {
        List<SegmentHeader> headers = new ArrayList<>();
        try {
            for (Path log : disk.list(directory)) {
                if (!SegmentFiles.isLog(log)) {
                    continue;
                }
                for (SlotSurvey.Slot slot : SlotSurvey.of(disk, log, null).slots()) {
                    if (slot.header() != null) {
                        headers.add(slot.header());
                    }
                }
            }
            return headers;
        } catch (IOException e) {
            throw new SpoolIoException("listing " + directory + " failed: " + e.getMessage(), e);
        }
    }
}
