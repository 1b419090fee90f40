package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogScan.Damage;
import dev.spool.engine.spi.Watermarks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Opens the database of one log, or makes it, and finds out where the log stands. */
final class LogOpener {

    /**
     * How far revisions jump after an end that was not clean: past all that a batch could have used which nothing on disk knows
     * of any more.
     */
    private static final long REVISION_GAP = 1 << 20;

    private static final String SPACE_LOST = "their space stays taken until a repair";

    private final BackendContext context;
    private final int log;
    private final Path directory;
    private final SharedMemory memory;
    private final Sizes sizes;

    LogOpener(BackendContext context, int log, Sizes sizes, SharedMemory memory) {
        this.context = context;
        this.log = log;
        this.directory = directory(context.directory(), log);
        this.sizes = sizes;
        this.memory = memory;
    }

    static Path directory(Path spool, int log) {
        return spool.resolve(String.format(Locale.ROOT, "rocks-%03d", log));
    }

    /** An open log as it was found. */
    record Opened(
            OwnedDatabase database,
            LogState state,
            long nextRevision,
            List<DeadBodies.Body> dead,
            List<DeadBodies.Body> unfinished,
            List<Damage> lost) {}

    Opened open() throws SpoolException {
        long watermark = Watermarks.of(context.note(), log);
        boolean create = isNew(watermark);
        ForeignLog.requireNone(directory, context.storeId()); // RocksDB would take what is in it, and delete it
        if (!create && !context.cleanlyReleased()) {
            new LostLogs(context, log, directory, memory).keep(watermark);
        }
        Database opened = open(create, true);
        boolean complete = false;
        try {
            Opened found = examine(opened, watermark);
            complete = true;
            return found;
        } catch (RocksDBException e) {
            throw Failures.reading(directory, null, e);
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private Database open(boolean create, boolean compacting) throws SpoolException {
        return Database.open(
                directory, DatabaseOptions.forWriting(memory, sizes.writeBufferBytes(), create, compacting));
    }

    private boolean isNew(long watermark) throws SpoolException {
        Disk disk = context.disk();
        try {
            disk.createDirectories(directory);
            if (!isUnmade(disk, directory, watermark)) {
                return false;
            }
            for (Path left : disk.list(directory)) {
                disk.delete(left); // by a process that ended while it made the database
            }
            return true;
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw new SpoolIoException("looking at " + directory + " failed: " + e, e);
        }
    }

    /**
     * Whether there is no database yet, since the first open has not come so far. What is lost of one is never taken for that.
     *
     * @throws SpoolCorruptException if the names of its files are lost
     */
    static boolean isUnmade(Disk disk, Path directory, long watermark) throws IOException {
        if (disk.exists(directory.resolve("CURRENT"))) {
            return false;
        }
        boolean used = disk.exists(directory)
                && disk.list(directory).stream()
                        .map(Path::toString)
                        .anyMatch(name -> name.endsWith(".sst") || name.endsWith(".blob") || name.endsWith(".log"));
        if (watermark != Watermarks.NONE || used) {
            throw new SpoolCorruptException(
                    null,
                    directory.resolve("CURRENT").toString(),
                    "it is missing, and with it the names of all other files; put it back from a copy");
        }
        return true;
    }

    private Opened examine(Database opened, long watermark) throws SpoolException, RocksDBException {
        LogState state = state(opened, log);
        if (state == null) {
            if (watermark != Watermarks.NONE) {
                throw new SpoolCorruptException(
                        null,
                        directory.toString(),
                        "it holds no state of the log, which was durable up to revision " + watermark);
            }
            state = new LogState(context.storeId(), log, context.shards(), context.epoch(), 0, 0, 0, new Head());
            write(opened, state);
        }
        requireOurs(state.storeId(), state.shards());
        if (watermark > state.lastRevision()) {
            state = afterLoss(state, watermark);
            write(opened, state);
        }
        long last = state.lastRevision();
        context.updateNote(note -> Watermarks.with(note, log, last));
        List<Damage> lost = lost(directory, state);
        lost.forEach(context::damaged);
        long gap = context.cleanlyReleased() ? 1 : REVISION_GAP;
        OwnedDatabase database =
                new OwnedDatabase(directory, memory, compacting -> open(false, compacting), opened, context::damaged);
        return new Opened(
                database,
                state,
                last + gap,
                dead(opened, context::damaged),
                BodyFinder.unfinished(opened, context::damaged),
                lost);
    }

    private void requireOurs(UUID storeId, int shards) throws SpoolCorruptException {
        if (!storeId.equals(context.storeId()) || shards != context.shards()) {
            throw new SpoolCorruptException(
                    null,
                    directory.toString(),
                    "it is of store " + storeId + " with " + shards + " shards, not of " + context.storeId() + " with "
                            + context.shards() + "; put the right directory back");
        }
    }

    private static LogState afterLoss(LogState found, long watermark) {
        long missing = watermark - found.lastRevision();
        return new LogState(
                found.storeId(),
                found.log(),
                found.shards(),
                found.epoch(),
                found.batch() + 1,
                watermark,
                found.lostRevisions() + missing,
                found.head());
    }

    private static void write(Database database, LogState state) throws RocksDBException {
        try (WriteBatch out = new WriteBatch()) {
            out.put(Keys.STATE, state.encode());
            database.write(out, true);
        }
    }

    /** That a log ends before what was durable. */
    static Damage missing(Path directory, long watermark, LogState state) {
        return new Damage(
                directory.toString(),
                "the write-ahead log ends at revision " + state.lastRevision() + ", but " + watermark
                        + " was durable: what lies between is lost");
    }

    /** What is known to be lost of a log, from its state. */
    static List<Damage> lost(Path directory, LogState state) {
        List<Damage> lost = new ArrayList<>();
        if (state.lostRevisions() > 0) {
            lost.add(new Damage(
                    directory.toString(),
                    "up to " + state.lostRevisions()
                            + " operations that were durable are lost: the write-ahead log was damaged or cut short"));
        }
        return lost;
    }

    /**
     * The state of a log; null if there is none.
     *
     * @throws SpoolCorruptException if it is damaged
     */
    static @Nullable LogState state(Database database, int log) throws SpoolException, RocksDBException {
        byte[] value = database.get(Keys.STATE);
        if (value == null) {
            return null;
        }
        LogState state = LogState.decode(value);
        if (state == null || state.log() != log) {
            throw new SpoolCorruptException(
                    null,
                    database.at(Keys.STATE),
                    state == null
                            ? "the state of the log, " + value.length + " bytes, fails its checksum"
                            : "the state is of log " + state.log() + ", not of " + log);
        }
        return state;
    }

    /**
     * The bodies that the next batch deletes. None, and {@code damaged} is told, if that cannot be read: what is lost with the list is
     * space, and no reason to keep everybody out.
     */
    static List<DeadBodies.Body> dead(Database database, Consumer<Damage> damaged) throws RocksDBException {
        try {
            byte[] value = database.get(Keys.DEAD);
            if (value == null) {
                return List.of();
            }
            List<DeadBodies.Body> dead = DeadBodies.decode(value);
            if (dead != null) {
                return dead;
            }
            damaged.accept(new Damage(
                    database.at(Keys.DEAD),
                    "the list of bodies to delete, " + value.length + " bytes, fails its checksum; " + SPACE_LOST));
        } catch (RocksDBException e) {
            if (!Failures.isDamage(e)) {
                throw e;
            }
            damaged.accept(new Damage(
                    Failures.where(database.directory(), e),
                    "which bodies to delete cannot be read: " + Failures.text(e) + "; " + SPACE_LOST));
        }
        return List.of();
    }
}
