package dev.spool.file;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a spool offline, writing nothing: every living segment batch by batch against its footer and the catalogue, and every
 * message against all its checksums.
 */
final class FileCheck {

    static final String QUARANTINE = "quarantine";

    private final ReadOnlyContext context;
    private final Consumer<Finding> findings;
    private long entries;
    private long damaged;
    private long hints;
    private long quarantined;
    private boolean complete = true;

    FileCheck(ReadOnlyContext context, Consumer<Finding> findings) {
        this.context = context;
        this.findings = findings;
    }

    CheckReport run() throws SpoolException {
        tellQuarantine();
        for (int number = 0; number < context.shards(); number++) {
            check(number);
        }
        return new CheckReport(entries, damaged, hints, quarantined, false, complete);
    }

    private void check(int number) throws SpoolException {
        LoadedLog loaded = new LogLoader(
                        context.disk(),
                        context.directory(),
                        number,
                        context.note().read())
                .load();
        for (LostRanges.Lost lost : loaded.lost().places()) {
            tell(Severity.DAMAGE, lost.kind(), lost.where(), null, lost.why());
            complete = false;
        }
        for (LoadedLog.Unproven unproven : loaded.unproven()) {
            tell(
                    Severity.NOTE,
                    "tail",
                    unproven.segment().at(unproven.batch().position()),
                    null,
                    "a batch that nothing proves to be durable; the next open commits it again");
        }
        for (Segment segment : loaded.files().living()) {
            new SegmentCheck(segment, loaded.index(), this::tell).run();
        }
        messages(loaded);
        try {
            loaded.files().closeReaders();
        } catch (IOException e) {
            throw new SpoolIoException("closing the files of " + context.directory() + " failed: " + e.getMessage(), e);
        }
    }

    private void messages(LoadedLog loaded) throws SpoolException {
        MessageFinder finder = new MessageFinder(loaded.files(), loaded.index());
        for (int stripe = 0; stripe < loaded.index().stripes(); stripe++) {
            long[] triples = loaded.index().snapshot(stripe);
            for (int i = 0; i < triples.length; i += 3) {
                SpoolId id = new SpoolId(triples[i], triples[i + 1]);
                try {
                    finder.read(id, true);
                    entries++;
                } catch (SpoolCorruptException e) {
                    tell(Severity.DAMAGE, "record", e.where(), id, e.why());
                }
            }
        }
    }

    private void tellQuarantine() throws SpoolException {
        Path directory = context.directory().resolve(QUARANTINE);
        try {
            quarantined = context.disk().list(directory).size();
        } catch (IOException e) {
            throw new SpoolIoException("reading " + directory + " failed: " + e.getMessage(), e);
        }
        if (quarantined > 0) {
            tell(
                    Severity.NOTE,
                    "quarantine",
                    directory.toString(),
                    null,
                    quarantined
                            + " pieces stand in quarantine from earlier repairs; remove them when they are not needed");
        }
    }

    private void tell(Severity severity, String kind, String where, @Nullable SpoolId id, String message) {
        damaged += severity == Severity.DAMAGE ? 1 : 0;
        hints += severity == Severity.HINT ? 1 : 0;
        findings.accept(Place.of(context.directory(), where).finding(severity, kind, id, message));
    }

    /** Told of something found. */
    interface Teller {
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
