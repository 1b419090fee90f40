package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Checks a spool, and for each log in which something is damaged: copies its file to {@code quarantine}, writes all that can be
 * read to a new one, checks that, and turns to it. Nothing is taken away before its copy in quarantine is durable and the new file
 * has been found whole, so that an interrupted repair can be run again.
 */
final class LmdbRepair {

    /** A file that is written in another order may have more pages than the one it is made from. */
    private static final long MAP_BYTES_MORE = 64L << 20;

    private final BackendContext context;
    private final Consumer<Finding> findings;
    private final Disk disk;
    private final Provenance known;

    LmdbRepair(BackendContext context, Consumer<Finding> findings) {
        this.context = context;
        this.findings = findings;
        this.disk = context.disk();
        this.known = Provenance.of(context);
    }

    CheckReport run() throws SpoolException {
        List<Finding> found = new ArrayList<>();
        CheckReport before = LogCheck.all(disk, context.directory(), context.shards(), known, found::add);
        if (before.damaged() == 0) {
            found.forEach(findings);
            return before;
        }
        Set<Integer> logs = damagedLogs(found);
        try {
            for (int log : logs) {
                requireNotOfAnotherSpool(log);
            }
            for (int log : logs) {
                repair(log);
            }
        } catch (SpoolException e) {
            found.forEach(findings); // none of them is called repaired
            throw e;
        }
        List<Finding> left = new ArrayList<>();
        CheckReport after = LogCheck.all(disk, context.directory(), context.shards(), known, left::add);
        boolean clean = after.damaged() == 0;
        for (Finding finding : found) {
            findings.accept(clean && finding.severity() != Severity.NOTE ? repaired(finding) : finding);
        }
        return new CheckReport(after.entries(), before.damaged(), before.hints(), 0, clean, before.complete());
    }

    /** The logs that findings name; all of them if one names none. */
    private Set<Integer> damagedLogs(List<Finding> found) {
        Set<Integer> logs = new TreeSet<>();
        for (Finding finding : found) {
            for (int log = 0; finding.severity() == Severity.DAMAGE && log < context.shards(); log++) {
                String name = String.valueOf(
                        Generation.directory(context.directory(), log).getFileName());
                if (finding.path().startsWith(name) || finding.path().equals(".")) {
                    logs.add(log);
                }
            }
        }
        return logs;
    }

    private Generation newest(int log) throws SpoolException {
        Path directory = Generation.directory(context.directory(), log);
        return Generation.newest(disk, directory)
                .orElseThrow(() -> new SpoolIoException(
                        directory + " holds no file of messages, so that nothing can be repaired; put it back"));
    }

    private void repair(int log) throws SpoolException {
        Path directory = Generation.directory(context.directory(), log);
        Generation damaged = newest(log);
        Quarantine quarantine = new Quarantine(disk, context.directory(), context.epoch());
        quarantine.copy(damaged.file(directory));
        Generation next = damaged.next(context.epoch());
        NewFile target = NewFile.create(disk, directory, next, 2 * SpaceGauge.sizeOf(disk, directory) + MAP_BYTES_MORE);
        boolean appeared = false;
        try (PagedLog source = PagedLog.open(disk, damaged.file(directory))) {
            long saved;
            try (target) {
                saved = new LogSalvage(log, context.epoch(), known, source, target).run();
                target.finish();
            }
            requireWhole(log, next.unfinished(directory), saved);
            // An open after a crash behind the next line would delete them.
            Generation.moveOlder(disk, directory, damaged, quarantine);
            target.appear();
            appeared = true;
        } finally {
            if (!appeared) {
                target.discard();
            }
        }
        Generation.deleteOthers(disk, directory, next, context.epoch());
    }

    /** Its messages are nobody's here. */
    private void requireNotOfAnotherSpool(int log) throws SpoolException {
        Path file = newest(log).file(Generation.directory(context.directory(), log));
        LogOrigin origin;
        try (PagedLog source = PagedLog.open(disk, file)) {
            origin = LogOrigin.read(source);
        } catch (SpoolCorruptException e) {
            return; // what can be read of it is the salvage's to find out
        }
        if (known.isOfAnotherSpool(origin)) {
            throw new SpoolCorruptException(
                    null, file.toString(), known.refusal(origin, log) + "; nothing was changed");
        }
    }

    private void requireWhole(int log, Path file, long saved) throws SpoolException {
        List<Finding> left = new ArrayList<>();
        CheckReport report = LogCheck.one(disk, context.directory(), log, file, known, left::add);
        if (report.damaged() > 0 || report.entries() != saved) {
            throw new SpoolCorruptException(
                    null,
                    file.toString(),
                    "it was written with " + saved + " messages, and the check of it found " + report.entries()
                            + " and " + left + "; the log was left as it is, and a copy of it stands in quarantine");
        }
    }

    private static Finding repaired(Finding finding) {
        return new Finding(
                finding.severity(),
                finding.kind(),
                finding.path(),
                finding.offset(),
                finding.id(),
                finding.message(),
                true);
    }
}
