package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A log as a reader sees it beside its owner: at each call the newest commit, in whatever file that is. */
final class ReadOnlyLog implements LogReader {

    /** Mapped at first; a file that outgrows it is opened again with its own size. */
    private static final long MAP_BYTES = 16L << 20;

    private final ReadOnlyContext context;
    private final int number;
    private final LogFile file;
    private final LogReads reads;
    private volatile Head head;

    private ReadOnlyLog(ReadOnlyContext context, int number, LogFile file) throws SpoolException {
        this.context = context;
        this.number = number;
        this.file = file;
        this.reads = new LogReads(file, true);
        Provenance known = Provenance.of(context);
        reads.find(transaction -> known.requireOurs(transaction, transaction.file(), number));
        this.head = readHead();
    }

    static ReadOnlyLog open(ReadOnlyContext context, int number) throws SpoolException {
        Path directory = Generation.directory(context.directory(), number);
        RootPages.requireTrueBesideOwner(context.disk(), directory, number);
        LogFile file = LogFile.share(context.disk(), directory, Environment.Use.READ, MAP_BYTES);
        boolean opened = false;
        try {
            ReadOnlyLog log = new ReadOnlyLog(context, number, file);
            opened = true;
            return log;
        } finally {
            if (!opened) {
                file.release(Environment.Use.READ);
            }
        }
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return reads.read(id, withBody);
    }

    @Override
    public LogScan scan() {
        LogScan.Damage lost;
        try {
            Provenance known = Provenance.of(context);
            lost = lost(known);
            if (lost != null && file.followNewest()) {
                lost = lost(known); // the owner had turned to a next file
            }
        } catch (SpoolException e) {
            lost = new LogScan.Damage(
                    file.directory().toString(),
                    "whether the log is the one that it was cannot be told: " + e.getMessage());
        }
        return new LmdbScan(reads, number, lost);
    }

    private LogScan.@Nullable Damage lost(Provenance known) throws SpoolException {
        return reads.find(transaction -> known.lost(
                known.requireOurs(transaction, transaction.file(), number),
                LogState.read(transaction, number),
                transaction.file()));
    }

    @Override
    public Head head() {
        try {
            head = readHead();
        } catch (SpoolException e) {
            System.getLogger(ReadOnlyLog.class.getName())
                    .log(System.Logger.Level.DEBUG, "the head as last read serves on", e);
        }
        return head;
    }

    @Override
    public @Nullable SealedLog sealedOnDisk() throws SpoolException {
        Optional<SealedLog> sealed = reads.read(transaction -> {
            LogState state = LogState.read(transaction, number);
            return state == null || !state.sealed()
                    ? Optional.<SealedLog>empty()
                    : Optional.of(Seals.of(number, transaction, state.head()));
        });
        return sealed.orElse(null);
    }

    private Head readHead() throws SpoolException {
        return reads.read(transaction -> {
            LogState state = LogState.read(transaction, number);
            if (state == null) {
                throw new SpoolCorruptException(
                        null, transaction.file() + " state", "expected the head of log " + number + ", found none");
            }
            return state.head();
        });
    }

    void close() {
        file.release(Environment.Use.READ);
    }
}
