package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.LogScan;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks one log, writing nothing: every message as a load would read it, what the catalogue has lost, and the whole against the
 * head. It may crash on a damaged page and so runs in a process of its own; before each message it says where it is.
 */
final class LogCheck {

    private final int number;
    private final Path spool;
    private final LogFile file;
    private final LogReads reads;
    private final Consumer<Finding> findings;
    private final Consumer<String> progress;
    private long entries;
    private long damaged;
    private boolean complete = true;

    LogCheck(int number, Path spool, LogFile file, Consumer<Finding> findings, Consumer<String> progress) {
        this.number = number;
        this.spool = spool;
        this.file = file;
        this.reads = new LogReads(file, false);
        this.findings = findings;
        this.progress = progress;
    }

    CheckReport run() throws SpoolException {
        progress.accept("the catalogue of log " + number);
        messages();
        progress.accept("the records of log " + number);
        records();
        return new CheckReport(entries, damaged, 0, 0, false, complete);
    }

    private void messages() throws SpoolException {
        try (LmdbScan scan = new LmdbScan(reads, number)) {
            for (LogScan.Entry entry = scan.next(false); entry != null; entry = scan.next(false)) {
                SpoolId id = entry.id();
                LogScan.Damage damage = entry.damage();
                if (damage != null) {
                    tell(id == null ? "page" : "record", id, damage.where() + ": " + damage.why());
                } else if (id != null) {
                    read(id);
                }
            }
            complete = scan.incompleteBecause().isEmpty();
        } catch (SpoolCorruptException e) {
            tell("state", null, e.where() + ": " + e.why());
            complete = false;
        }
    }

    private void read(SpoolId id) throws SpoolException {
        progress.accept("message " + id);
        try {
            reads.read(id, true);
            entries++;
        } catch (SpoolCorruptException e) {
            tell("record", id, e.where() + ": " + e.why());
        }
    }

    /** Looks for messages that only the records know. */
    private void records() throws SpoolException {
        byte[] position = new byte[0];
        try {
            for (SpoolId id = nextId(position); id != null; id = nextId(position)) {
                position = Keys.behind(id);
                requireCatalogued(id);
            }
        } catch (SpoolCorruptException e) {
            tell("page", null, e.where() + ": " + e.why());
            complete = false;
        }
    }

    private void requireCatalogued(SpoolId id) throws SpoolException {
        try {
            if (reads.catalogued(id) == null) {
                reads.read(id, false);
            }
        } catch (SpoolCorruptException e) {
            tell("catalogue", id, e.where() + ": " + e.why());
        }
    }

    private @Nullable SpoolId nextId(byte[] from) throws SpoolException {
        return file.find(transaction -> {
            try (TreeCursor cursor = transaction.walk(Tree.RECORDS)) {
                return cursor.seek(from) && cursor.key().length >= Keys.ID_BYTES ? Keys.id(cursor.key()) : null;
            }
        });
    }

    private void tell(String kind, @Nullable SpoolId id, String message) {
        damaged++;
        String path = spool.relativize(file.file()).toString();
        findings.accept(new Finding(Severity.DAMAGE, kind, path, -1, id, message, false));
    }
}
