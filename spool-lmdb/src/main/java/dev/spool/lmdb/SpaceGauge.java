package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Knows how much room each log has: what its map may grow to, or what its file and the volume have, less what its trees take. The
 * commits tell how much that is; the rest is measured twice a second.
 *
 * <p>Below the reserve a log is full to stores: a remove writes a few pages anew before it gives any back.
 */
final class SpaceGauge implements MaintenanceStep {

    private static final System.Logger LOG = System.getLogger(SpaceGauge.class.getName());

    private static final long PERIOD_NANOS = 500_000_000L;
    private static final long MAP_BYTES_MIN = 16L << 20;
    private static final long RESERVE_BYTES_MIN = 512L << 10;
    private static final long RESERVE_BYTES_MAX = 64L << 20;
    private static final long BALLAST_BYTES_MIN = 64L << 10;
    private static final long BALLAST_BYTES_MAX = 1L << 20;
    private static final long PAGE_BYTES_MAX = 64L << 10;

    /** Size of the table of readers beside each file, rounded up. */
    static final long READER_TABLE_BYTES = 40L << 10;

    private final BackendContext context;
    private final AtomicLongArray used;
    private final AtomicLongArray fileBytes;
    private final long limitBytes;
    private final List<Ballast> ballast = new ArrayList<>();
    private volatile long usableBytes;

    SpaceGauge(BackendContext context) throws SpoolException {
        this.context = context;
        this.used = new AtomicLongArray(context.shards());
        this.fileBytes = new AtomicLongArray(context.shards());
        long share = shareBytes(context);
        long ballastBytes = Math.max(BALLAST_BYTES_MIN, Math.min(BALLAST_BYTES_MAX, (share / 16) & -PAGE_BYTES_MAX));
        this.limitBytes = Math.max(RESERVE_BYTES_MIN, (share - ballastBytes) & -PAGE_BYTES_MAX);
        for (int log = 0; log < context.shards(); log++) {
            ballast.add(new Ballast(context.disk(), Generation.directory(context.directory(), log), ballastBytes));
        }
        measureAll();
    }

    /** Most bytes that the file of one log and its ballast may have. */
    private static long shareBytes(BackendContext context) throws SpoolException {
        try {
            long volume = context.disk().totalBytes(context.directory());
            long allowed = Math.min(volume, context.options().maxTotalBytes().orElse(Long.MAX_VALUE));
            return allowed / context.shards() - READER_TABLE_BYTES - OriginFile.BYTES_MAX;
        } catch (IOException e) {
            throw failure(context, e);
        }
    }

    /** Most bytes that the file of one log may have. */
    long limitBytes() {
        return limitBytes;
    }

    /** How far a file of this size is mapped to begin with: LMDB itself maps no less than there is. */
    long mapBytesFor(long bytes) {
        long roomy = Math.max(MAP_BYTES_MIN, Long.highestOneBit(Math.max(1, bytes)) * 4);
        return Math.min(storesLimitBytes(), roomy);
    }

    /** What stores leave to removes, they leave in the map: only there it is certain that none of them takes it. */
    private long storesLimitBytes() {
        return limitBytes - reserveBytes();
    }

    /** Told by each commit. */
    void used(int log, long bytes) {
        used.set(log, bytes);
    }

    long used(int log) {
        return used.get(log);
    }

    /** As last measured. */
    long fileBytes(int log) {
        return fileBytes.get(log);
    }

    /** As of now, or as last measured if that fails. */
    long measure(int log) {
        try {
            fileBytes.set(log, bytesIn(context.disk(), Generation.directory(context.directory(), log)));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the size as last measured serves on", e);
        }
        return fileBytes.get(log);
    }

    /**
     * Makes room after a failure: lets go what readers that died keep; or doubles the map if that was full, up to the limit; or gives
     * the ballast to the volume.
     *
     * @param frees whether this is for something that gives back more than it takes
     * @return false if there is no more room to make
     */
    boolean growAfter(SpoolFullException full, LogFile file, int log, boolean frees) throws SpoolException {
        if (file.clearDeadReaders() > 0) {
            return true;
        }
        if (!Faults.isMapFull(full)) {
            return frees && giveBallast(log);
        }
        long now = file.mapBytes();
        long limit = frees ? limitBytes : storesLimitBytes();
        if (now >= limit) {
            return false;
        }
        file.mapBytes(Math.min(limit, 2 * now));
        return true;
    }

    /** Takes the reserve, which removes have been given, away from stores again. */
    void keepReserve(LogFile file) throws SpoolException {
        if (file.mapBytes() > storesLimitBytes()) {
            file.mapBytes(storesLimitBytes());
        }
    }

    private boolean giveBallast(int log) throws SpoolException {
        try {
            return ballast.get(log).give();
        } catch (IOException e) {
            throw failure(context, e);
        }
    }

    /** Bytes beside the files of messages. */
    long besideBytes(int log) {
        return READER_TABLE_BYTES + ballast.get(log).bytes();
    }

    /** Bytes that a further file may take beside those of a log. */
    long roomForAnother(int log) {
        return Math.min(usableBytes / context.shards(), limitBytes - fileBytes.get(log)) - reserveBytes();
    }

    long maxMessageBytes() {
        return Math.max(1, Math.min(context.options().maxMessageBytes(), limitBytes / 8));
    }

    Backend.Space space() {
        Backend.Space worst = Backend.Space.ENOUGH;
        for (int log = 0; log < context.shards(); log++) {
            Backend.Space space = space(log);
            worst = space.compareTo(worst) > 0 ? space : worst;
        }
        return worst;
    }

    private Backend.Space space(int log) {
        long onVolume = fileBytes.get(log) + usableBytes / context.shards();
        long room = Math.min(limitBytes, onVolume) - used.get(log);
        long keepFree = (long) (context.options().minFreeSpace() * limitBytes);
        if (room < reserveBytes()) {
            return Backend.Space.FULL;
        }
        return room < reserveBytes() + keepFree ? Backend.Space.LOW : Backend.Space.ENOUGH;
    }

    private long reserveBytes() {
        return Math.min(limitBytes / 4, Math.max(RESERVE_BYTES_MIN, Math.min(RESERVE_BYTES_MAX, limitBytes / 16)));
    }

    @Override
    public String name() {
        return "space";
    }

    @Override
    public long step() throws SpoolException {
        measureAll();
        try {
            for (Ballast each : ballast) {
                each.take(usableBytes / context.shards());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the next step takes the ballast, if there is room then", e);
        }
        return PERIOD_NANOS;
    }

    private void measureAll() throws SpoolException {
        try {
            usableBytes = context.disk().usableBytes(context.directory());
            for (int log = 0; log < context.shards(); log++) {
                fileBytes.set(log, bytesIn(context.disk(), Generation.directory(context.directory(), log)));
            }
        } catch (IOException e) {
            throw failure(context, e);
        }
    }

    /** Bytes of the files of messages in a log's directory. */
    static long sizeOf(Disk disk, Path directory) throws SpoolException {
        try {
            return bytesIn(disk, directory);
        } catch (IOException e) {
            throw new SpoolIoException("measuring " + directory + " failed: " + e.getMessage(), e);
        }
    }

    private static long bytesIn(Disk disk, Path directory) throws IOException {
        long bytes = 0;
        for (Path file : disk.list(directory)) {
            if (!Generation.isReaderTable(file) && !Ballast.is(file)) {
                bytes += size(disk, file);
            }
        }
        return bytes;
    }

    private static long size(Disk disk, Path file) throws IOException {
        try (DiskFile opened = disk.openForReading(file)) {
            return opened.size();
        } catch (NoSuchFileException e) {
            return 0; // compaction has just deleted it
        }
    }

    private static SpoolIoException failure(BackendContext context, IOException e) {
        return new SpoolIoException("measuring the room of " + context.directory() + " failed: " + e.getMessage(), e);
    }
}
