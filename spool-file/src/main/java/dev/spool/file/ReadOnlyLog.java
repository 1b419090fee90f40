package dev.spool.file;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.StoredMessage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A log opened for reading, beside an owner or not. Valid batches that nothing proves are served as recovery would serve them. What
 * was loaded is a picture of one moment; when it does not have a message, or a check fails on it, the log is loaded anew, and only
 * what two pictures agree on is told.
 */
final class ReadOnlyLog implements LogReader {

    private static final int PICTURES_MAX = 5;

    private final ReadOnlyContext context;
    private final int number;
    private volatile Picture picture;
    private int loads;

    /** A log as loaded at one moment. */
    private record Picture(
            int number, SegmentFiles files, LocationIndex index, MessageFinder finder, Head head, LostRanges lost) {}

    ReadOnlyLog(ReadOnlyContext context, int number) throws SpoolException {
        this.context = context;
        this.number = number;
        this.picture = load();
    }

    SegmentFiles files() {
        return picture.files();
    }

    LocationIndex index() {
        return picture.index();
    }

    LostRanges lost() {
        return picture.lost();
    }

    private synchronized Picture load() throws SpoolException {
        LoadedLog loaded = new LogLoader(
                        context.disk(),
                        context.directory(),
                        number,
                        context.note().read())
                .load();
        MessageFinder finder = new MessageFinder(loaded.files(), loaded.index());
        Picture loadedPicture =
                new Picture(++loads, loaded.files(), loaded.index(), finder, loaded.head(), loaded.lost());
        for (LoadedLog.Unproven unproven : loaded.unproven()) {
            apply(loadedPicture, unproven);
        }
        return loadedPicture;
    }

    /** Does in memory what recovery would do on disk. */
    private static void apply(Picture picture, LoadedLog.Unproven unproven) throws SpoolException {
        DescriptorCursor cursor = new DescriptorCursor(unproven.batch().descriptors());
        while (cursor.next()) {
            Descriptor descriptor = cursor.type() <= RecordType.REMOVE ? cursor.descriptor() : null;
            if (descriptor == null) {
                continue;
            }
            RecordHeader operation = descriptor.header();
            FileCurrent previous = picture.finder().current(operation.id());
            if (operation.type() == RecordType.REMOVE) {
                picture.index().remove(operation.id());
            } else {
                int slot = unproven.segment().slot();
                picture.index().put(operation.id(), Location.of(slot, descriptor.offset(), operation.recordBytes()));
            }
            picture.head().advance(operation, previous != null, previous == null ? null : previous.info());
        }
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        SpoolException failure = null;
        for (int attempt = 0; attempt < PICTURES_MAX; attempt++) {
            Picture seen = picture;
            try {
                StoredMessage message = seen.finder().read(id, withBody);
                if (message != null) {
                    return message;
                }
                failure = null;
            } catch (SpoolException e) {
                failure = e;
            }
            if (!refresh(seen, id)) {
                break;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return null;
    }

    /** Loads the log anew; false if that shows the same place for the message as before. */
    private synchronized boolean refresh(Picture seen, SpoolId id) throws SpoolException {
        if (picture.number() == seen.number()) {
            picture = load();
            closeReaders(seen); // a scan that is still on it opens them again
        }
        Picture fresh = picture;
        long before = seen.index().get(id);
        long after = fresh.index().get(id);
        return before != after || lifeAt(seen, before) != lifeAt(fresh, after);
    }

    private static long lifeAt(Picture picture, long location) {
        Segment segment = location == Location.NONE ? null : picture.files().inSlot(Location.slot(location));
        return segment == null ? 0 : segment.life();
    }

    @Override
    public LogScan scan() {
        Picture seen = picture;
        FileScan scan = new FileScan(seen.finder(), seen.index(), seen.lost());
        return new LogScan() {
            @Override
            public @Nullable Entry next(boolean withEnvelope) throws SpoolException {
                Entry entry = scan.next(withEnvelope);
                while (entry != null && entry.damage() != null && entry.id() != null) {
                    Entry again = readAgain(entry, entry.id());
                    if (again != null) {
                        return again;
                    }
                    entry = scan.next(withEnvelope);
                }
                return entry;
            }

            @Override
            public String incompleteBecause() {
                return scan.incompleteBecause();
            }

            @Override
            public void close() {
                scan.close();
            }
        };
    }

    /** Damage may only mean that the owner has moved on: the message as it is now, or the damage if it stays; null if it is gone. */
    private LogScan.@Nullable Entry readAgain(LogScan.Entry entry, SpoolId id) throws SpoolException {
        try {
            StoredMessage message = read(id, false);
            return message == null ? null : new LogScan.Entry(id, message.info(), message.envelope(), null);
        } catch (SpoolCorruptException e) {
            return new LogScan.Entry(id, null, entry.envelope(), new LogScan.Damage(e.where(), e.why()));
        }
    }

    @Override
    public Head head() {
        return picture.head();
    }

    void close() {
        closeReaders(picture);
    }

    private void closeReaders(Picture done) {
        try {
            done.files().closeReaders();
        } catch (IOException e) {
            System.getLogger(ReadOnlyLog.class.getName())
                    .log(System.Logger.Level.WARNING, "closing the files of " + context.directory() + " failed", e);
        }
    }
}
