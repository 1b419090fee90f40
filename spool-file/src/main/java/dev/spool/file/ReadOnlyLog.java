package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One log, read beside whoever owns it. Every read first takes in what was committed since the last one: a batch that was added
 * costs a read of that batch, a new segment a load of the whole log. A check that fails counts as damage only if no segment has
 * got another life meanwhile; else the log is loaded anew and the read repeated.
 */
final class ReadOnlyLog implements LogReader {

    private static final int ATTEMPTS = 100;
    private static final long PAUSE_NANOS = 200_000;

    private final ReadOnlyContext context;
    private final int number;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile LogView view;

    ReadOnlyLog(ReadOnlyContext context, int number) throws SpoolException {
        this.context = context;
        this.number = number;
        this.view = load();
    }

    /** The log as last loaded. */
    LoadedLog loaded() {
        return view.loaded();
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return retried(finder -> finder.read(id, withBody));
    }

    @Override
    public Head head() {
        refreshing.lock();
        try {
            return new Head(view.head());
        } finally {
            refreshing.unlock();
        }
    }

    @Override
    public @Nullable SealedLog sealedOnDisk() {
        LoadedLog loaded = view.loaded();
        return loaded.unclean() ? null : SealedPieces.of(number, loaded.files().living(), loaded.head());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Goes over the ids that are there when it begins; each is looked up as of the moment of its turn.
     *
     * @throws java.io.UncheckedIOException if the log cannot be read
     */
    @Override
    public LogScan scan() {
        try {
            LogView begun = current();
            FileScan.Heads heads = (id, withEnvelope) -> retried(finder -> finder.head(id, withEnvelope));
            return new FileScan(heads, begun.loaded().index(), begun.loaded().lost()) {
                private boolean closed;

                @Override
                public void close() {
                    super.close();
                    if (!closed) {
                        closed = true;
                        begun.done();
                    }
                }
            };
        } catch (SpoolException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A reading of one view. */
    private interface Reading<T> {
        @Nullable
        T of(MessageFinder finder) throws SpoolException;
    }

    private <T> @Nullable T retried(Reading<T> reading) throws SpoolException {
        for (int attempt = 1; ; attempt++) {
            LogView now = current();
            try {
                return reading.of(now.finder());
            } catch (SpoolException e) {
                if (attempt == ATTEMPTS || !now.changed(survey())) {
                    throw e;
                }
                reload(now);
            } finally {
                now.done();
            }
        }
    }

    /** The view with everything in it that is committed by now; to be given back with {@link LogView#done}. */
    private LogView current() throws SpoolException {
        refreshing.lock();
        try {
            LogView now = view;
            now.follow();
            SlotSurvey begun = SlotSurvey.of(context.disk(), directory(), context.storeId(), now::mayHaveBegun);
            if (!begun.newestFirst(Stream.HOT).isEmpty()) {
                if (now.rolled(begun, namedLife())) {
                    reload(now);
                }
            }
            boolean used = view.use();
            assert used : "the present view is in use by this log";
            return view;
        } finally {
            refreshing.unlock();
        }
    }

    private void reload(LogView old) throws SpoolException {
        refreshing.lock();
        try {
            if (view == old) {
                view = load();
                old.done();
            }
        } finally {
            refreshing.unlock();
        }
    }

    private LogView load() throws SpoolException {
        List<LostRanges.Lost> lostBefore = List.of();
        for (int attempt = 1; ; attempt++) {
            SlotSurvey before = survey();
            try {
                LogView loaded = LogView.load(context, number);
                List<LostRanges.Lost> lost = loaded.loaded().lost().places();
                SlotSurvey after = survey();
                boolean trusted = loaded.consistent(after) && !loaded.rolled(after, namedLife());
                // A batch that is being written may look damaged, but not twice.
                if (attempt == ATTEMPTS || (trusted && lost.equals(lostBefore))) {
                    return loaded;
                }
                lostBefore = List.copyOf(lost);
                loaded.done();
            } catch (SpoolException e) {
                if (attempt == ATTEMPTS || before.sameAs(survey())) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS * attempt);
        }
    }

    private long namedLife() throws SpoolException {
        return NamedSegments.of(context.note().read()).lifeOf(number);
    }

    private SlotSurvey survey() throws SpoolException {
        return SlotSurvey.of(context.disk(), directory(), context.storeId());
    }

    private Path directory() {
        return SegmentFiles.directory(context.directory(), number);
    }

    void close() {
        view.done();
    }
}
