package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pool: writes fresh segment files full of zeros and syncs them, so that a commit only overwrites blocks that are there.
 * A free header, written last, says that a file has been filled to its end. One bounded piece a step.
 */
final class Filler implements MaintenanceStep {

    /** One segment takes longer to use up than to fill. */
    private static final int READY_MIN = 1;

    private final BackendContext context;
    private final int log;
    private final SegmentFiles files;
    private final SegmentSupply supply;
    private final SpaceGauge space;
    private @Nullable Segment filling;
    private int filledTo;

    Filler(BackendContext context, int log, SegmentFiles files, SegmentSupply supply, SpaceGauge space) {
        this.context = context;
        this.log = log;
        this.files = files;
        this.supply = supply;
        this.space = space;
    }

    @Override
    public String name() {
        return "fill-" + log;
    }

    @Override
    public long step() throws SpoolException {
        try {
            Segment segment = filling;
            if (segment == null) {
                segment = next();
                if (segment == null) {
                    return Long.MAX_VALUE;
                }
                filling = segment;
                filledTo = Blocks.BYTES;
            }
            fill(segment);
            return 0;
        } catch (IOException e) {
            Segment failed = filling;
            filling = null;
            if (failed != null) {
                supply.discard(failed); // a file whose sync failed is not tried again
            }
            throw new SpoolIoException("filling a segment in " + files.directory() + " failed: " + e.getMessage(), e);
        }
    }

    /** A file to fill: one that was found unfilled, or a new one while fewer are ready than a log in use should have. */
    private @Nullable Segment next() throws IOException {
        Segment found = files.takeUnfilled();
        if (found != null) {
            return found;
        }
        int size = supply.hotSegmentBytes();
        boolean inUse = !files.living().isEmpty();
        if (!inUse
                || files.readyCount() >= READY_MIN
                || space.of(files) != Backend.Space.ENOUGH
                || supply.roomBytes() < size) {
            return null;
        }
        return files.addNew(size);
    }

    private void fill(Segment segment) throws IOException {
        try (DiskFile file = context.disk().openForWriting(segment.path())) {
            if (filledTo < segment.sizeBytes()) {
                int to = Math.min(filledTo + Zeros.PIECE_BYTES, segment.sizeBytes());
                Zeros.write(file, filledTo, to);
                filledTo = to;
                return;
            }
            file.sync();
            file.write(freeHeader(segment).encode(), 0);
            file.sync();
        }
        context.disk().syncDirectory(files.directory());
        filling = null;
        files.addReady(segment);
    }

    private SegmentHeader freeHeader(Segment segment) {
        UUID store = context.storeId();
        return new SegmentHeader(
                log,
                false,
                Stream.HOT,
                false,
                false,
                segment.slot(),
                0,
                0,
                store,
                context.epoch(),
                segment.sizeBytes(),
                context.shards(),
                0,
                0,
                context.clock().now().toEpochMilli());
    }
}
