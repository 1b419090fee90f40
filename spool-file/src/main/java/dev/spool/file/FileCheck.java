package dev.spool.file;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a spool offline, writing nothing: every message as a load would, then every segment file, whether what stands there is
 * needed or not. An I/O error ends it, because then not everything can be told.
 */
final class FileCheck {

    private final ReadOnlyContext context;
    private final Consumer<Finding> findings;
    private long entries;
    private long damaged;
    private long hints;

    FileCheck(ReadOnlyContext context, Consumer<Finding> findings) {
        this.context = context;
        this.findings = findings;
    }

    CheckReport run() throws SpoolException {
        for (int number = 0; number < context.shards(); number++) {
            LogView view = LogView.load(context, number);
            try {
                check(view);
            } finally {
                view.done();
            }
        }
        return new CheckReport(entries, damaged, hints, 0, false, true);
    }

    private void check(LogView view) throws SpoolException {
        LoadedLog loaded = view.loaded();
        for (LostRanges.Lost lost : loaded.lost().places()) {
            tell(Severity.DAMAGE, lost.kind(), lost.where(), null, lost.why());
        }
        Map<SpoolId, SpoolCorruptException> unreadable = messages(view);
        DamagedMessages messages = DamagedMessages.of(loaded, unreadable.keySet());
        for (Segment segment : loaded.files().all()) {
            if (segment.header() == null) {
                new UnusedSegmentCheck(segment, this::tell).run();
            } else {
                new SegmentCheck(context.storeId(), segment, loaded, messages, this::tell).run();
            }
        }
        for (SpoolId id : messages.untold()) {
            SpoolCorruptException damage = java.util.Objects.requireNonNull(unreadable.get(id));
            tell(Severity.DAMAGE, "record", place(loaded, id), id, damage.why() + " (" + damage.where() + ")");
        }
    }

    private static String place(LoadedLog loaded, SpoolId id) {
        long location = loaded.index().get(id);
        Segment segment = loaded.files().inSlot(Location.slot(location));
        return segment == null ? loaded.files().directory().toString() : segment.at(Location.offset(location));
    }

    /** Reads every message, and counts those that are intact. */
    private Map<SpoolId, SpoolCorruptException> messages(LogView view) throws SpoolException {
        Map<SpoolId, SpoolCorruptException> unreadable = new LinkedHashMap<>();
        LocationIndex index = view.loaded().index();
        for (int stripe = 0; stripe < index.stripes(); stripe++) {
            long[] triples = index.snapshot(stripe);
            for (int i = 0; i < triples.length; i += 3) {
                SpoolId id = new SpoolId(triples[i], triples[i + 1]);
                try {
                    view.finder().read(id, true);
                    entries++;
                } catch (SpoolCorruptException e) {
                    unreadable.put(id, e);
                }
            }
        }
        return unreadable;
    }

    private void tell(Severity severity, String kind, String where, @Nullable SpoolId id, String message) {
        damaged += severity == Severity.DAMAGE ? 1 : 0;
        hints += severity == Severity.HINT ? 1 : 0;
        findings.accept(Place.of(context.directory(), where).finding(severity, kind, id, message));
    }

    /** Told of something found. */
    interface Teller {

        /** @param where path and offset, as {@link Segment#at} writes it, or a path */
        void tell(Severity severity, String kind, String where, @Nullable SpoolId id, String message);
    }

    /** A file and an offset in it, taken apart from {@code PATH offset N}. */
    record Place(String path, long offset) {

        private static final String OFFSET = " offset ";

        static Place of(Path directory, String where) {
            int split = where.lastIndexOf(OFFSET);
            String path = split < 0 ? where : where.substring(0, split);
            String prefix = directory + "/";
            long offset = split < 0 ? -1 : Long.parseLong(where.substring(split + OFFSET.length()));
            return new Place(path.startsWith(prefix) ? path.substring(prefix.length()) : path, offset);
        }

        Finding finding(Severity severity, String kind, @Nullable SpoolId id, String message) {
            return new Finding(severity, kind, path, offset, id, message, false);
        }
    }
}
