package dev.spool.rocksdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Checks a spool, and replaces each damaged database by a copy of all that is intact in it; the damaged one goes to {@code
 * quarantine} as it is. Needs as much room as what it copies. An interrupted repair can be run again.
 */
final class RocksRepair {

    private final BackendContext context;
    private final Consumer<Finding> findings;

    RocksRepair(BackendContext context, Consumer<Finding> findings) {
        this.context = context;
        this.findings = findings;
    }

    CheckReport run() throws SpoolException {
        NativeLibrary.load(context.options().nativeDirectory());
        for (int log = 0; log < context.shards(); log++) {
            finishInterrupted(log);
        }
        List<Finding> found = new ArrayList<>();
        CheckReport before = check(found::add);
        if (before.damaged() == 0) {
            found.forEach(findings);
            return before;
        }
        for (int log : damagedLogs(found)) {
            replace(log, found);
        }
        List<Finding> left = new ArrayList<>();
        CheckReport after = check(left::add);
        boolean clean = after.damaged() == 0;
        found.forEach(finding -> findings.accept(repaired(finding, clean)));
        left.stream()
                .filter(finding -> finding.severity() == Finding.Severity.DAMAGE && !found.contains(finding))
                .forEach(findings);
        return new CheckReport(after.entries(), before.damaged(), 0, 0, clean, clean || before.complete());
    }

    private static Finding repaired(Finding finding, boolean clean) {
        boolean mended = clean && finding.severity() == Finding.Severity.DAMAGE;
        return new Finding(
                finding.severity(),
                finding.kind(),
                finding.path(),
                finding.offset(),
                finding.id(),
                finding.message(),
                mended);
    }

    private CheckReport check(Consumer<Finding> to) throws SpoolException {
        return new RocksCheck(
                        new ReadOnlyContext(
                                context.directory(),
                                context.disk(),
                                context.clock(),
                                context.options(),
                                context.storeId(),
                                context.shards(),
                                context::note),
                        to)
                .run();
    }

    private Set<Integer> damagedLogs(List<Finding> found) {
        Set<Integer> logs = new TreeSet<>();
        for (int log = 0; log < context.shards(); log++) {
            String name =
                    LogOpener.directory(context.directory(), log).getFileName().toString();
            if (found.stream()
                    .anyMatch(finding -> finding.severity() == Finding.Severity.DAMAGE
                            && finding.path().startsWith(name))) {
                logs.add(log);
            }
        }
        return logs;
    }

    private void replace(int log, List<Finding> found) throws SpoolException {
        Path damaged = LogOpener.directory(context.directory(), log);
        Path copy = copyOf(damaged);
        try {
            context.disk().createDirectories(copy);
            for (Path old : context.disk().list(copy)) {
                context.disk().delete(old); // of an earlier repair that was interrupted
            }
            new Salvage(context, log, damaged, copy).run();
        } catch (SpoolCorruptException e) {
            found.add(new Finding(
                    Finding.Severity.NOTE,
                    "database",
                    damaged.getFileName().toString(),
                    -1,
                    null,
                    "nothing could be salvaged, and nothing was changed: " + e.why()
                            + "; put the missing files back from a copy",
                    false));
            return;
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw failure(copy, e);
        }
        swap(damaged, copy);
    }

    /** Moves the damaged database away before the copy takes its place: in between there is none, and no open makes one. */
    private void swap(Path damaged, Path copy) throws SpoolException {
        try {
            if (context.disk().exists(damaged)) {
                new Quarantine(context.disk(), context.directory(), context.epoch()).move(damaged);
            }
            context.disk().rename(copy, damaged);
            context.disk().syncDirectory(context.directory());
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw failure(copy, e);
        }
    }

    /** A repair that ended between the two renames left a complete copy and no database. */
    private void finishInterrupted(int log) throws SpoolException {
        Path database = LogOpener.directory(context.directory(), log);
        Path copy = copyOf(database);
        Twin.left(database).close();
        try {
            if (!context.disk().exists(database) && context.disk().exists(copy)) {
                swap(database, copy);
            }
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw failure(copy, e);
        }
    }

    private static Path copyOf(Path database) {
        return database.resolveSibling(database.getFileName() + ".salvage");
    }

    private static SpoolIoException failure(Path copy, IOException e) {
        return new SpoolIoException("salvaging to " + copy + " failed: " + e + "; run the repair again", e);
    }
}
