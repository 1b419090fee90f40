package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.LogScan;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks logs, writing nothing and without LMDB, which a damaged page could crash. Not beside an owner: pages that it uses again
 * would look damaged.
 */
final class LogCheck implements LogSurvey.Sink {

    private final Path spool;
    private final Path file;
    private final Provenance known;
    private final Consumer<Finding> findings;
    private @Nullable LogOrigin origin;
    private long damaged;

    private LogCheck(Path spool, Path file, Provenance known, Consumer<Finding> findings) {
        this.spool = spool;
        this.file = file;
        this.known = known;
        this.findings = findings;
    }

    /** Checks all logs of a spool. */
    static CheckReport all(Disk disk, Path spool, int shards, Provenance known, Consumer<Finding> findings)
            throws SpoolException {
        CheckReport sum = new CheckReport(0, 0, 0, 0, false, true);
        for (int number = 0; number < shards; number++) {
            CheckReport log = newest(disk, spool, number, known, findings);
            sum = new CheckReport(
                    sum.entries() + log.entries(),
                    sum.damaged() + log.damaged(),
                    0,
                    0,
                    false,
                    sum.complete() && log.complete());
        }
        return sum;
    }

    /** Checks one file of a log. */
    static CheckReport one(Disk disk, Path spool, int number, Path file, Provenance known, Consumer<Finding> findings)
            throws SpoolException {
        return new LogCheck(spool, file, known, findings).run(disk, number);
    }

    private static CheckReport newest(Disk disk, Path spool, int number, Provenance known, Consumer<Finding> findings)
            throws SpoolException {
        Path directory = Generation.directory(spool, number);
        Optional<Generation> newest = Generation.newest(disk, directory);
        if (newest.isEmpty() && !known.isMade(number) && OriginFile.read(disk, spool) == null) {
            return new CheckReport(0, 0, 0, 0, false, true); // the first open was cut short; the next one makes it
        }
        if (newest.isEmpty()) {
            LogCheck none = new LogCheck(spool, directory, known, findings);
            none.tell("file", null, "expected a file of messages, found none; put it back");
            return new CheckReport(0, 1, 0, 0, false, false);
        }
        return one(disk, spool, number, newest.get().file(directory), known, findings);
    }

    private CheckReport run(Disk disk, int number) throws SpoolException {
        try {
            FileFormat.require(disk, file);
        } catch (SpoolCorruptException e) {
            damaged("file", null, e);
        }
        try (PagedLog log = PagedLog.open(disk, file)) {
            if (isRefused(log, number)) {
                return new CheckReport(0, damaged, 0, 0, false, false);
            }
            LogSurvey survey = new LogSurvey(number, log, this);
            survey.run();
            LogScan.Damage lost = known.lost(origin, survey.state(), file.toString());
            if (lost != null) {
                tell("log", null, lost.where() + ": " + lost.why());
            }
            return new CheckReport(survey.intact(), damaged, 0, 0, false, survey.isComplete() && lost == null);
        } catch (SpoolCorruptException e) {
            if (damaged == 0) {
                damaged("file", null, e);
            }
            return new CheckReport(0, damaged, 0, 0, false, false);
        }
    }

    /** Whether a file cannot be the right one, so that nothing in it counts. */
    private boolean isRefused(PagedLog log, int number) throws SpoolException {
        try {
            origin = LogOrigin.read(log);
        } catch (SpoolCorruptException e) {
            damaged("state", null, e);
            return false;
        }
        String refusal = known.refusal(origin, number);
        if (refusal != null) {
            tell("file", null, file + ": " + refusal);
        }
        return refusal != null;
    }

    @Override
    public void intact(CatalogueEntry entry) {}

    @Override
    public void restorable(CatalogueEntry entry, SpoolCorruptException damage) {
        damaged("catalogue", entry.header().id(), damage);
    }

    @Override
    public void damaged(String kind, @Nullable SpoolId id, SpoolCorruptException damage) {
        tell(kind, id, damage.where() + ": " + damage.why());
    }

    private void tell(String kind, @Nullable SpoolId id, String message) {
        damaged++;
        String path = spool.relativize(file).toString();
        findings.accept(new Finding(Severity.DAMAGE, kind, path, -1, id, message, false));
    }
}
