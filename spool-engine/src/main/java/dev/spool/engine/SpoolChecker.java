package dev.spool.engine;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.directory.DirectoryLock;
import dev.spool.engine.directory.Format;
import dev.spool.engine.directory.HeldDirectory;
import dev.spool.engine.directory.Inspection;
import dev.spool.engine.directory.Layout;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.spi.LogScan;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Checks and repairs a spool that nobody owns: the engine's own files here, the backend's by the backend. */
final class SpoolChecker {

    private final SpoolOpener opener;
    private final Site site;
    private final SpoolOptions options;
    private final Consumer<Finding> findings;

    SpoolChecker(SpoolOpener opener, SpoolOptions options, Consumer<Finding> findings) {
        this.opener = opener;
        this.site = opener.site();
        // Whatever the options of the caller: a check makes no spool.
        this.options = options.toBuilder().createIfMissing(false).build();
        this.findings = findings;
    }

    CheckReport check() throws SpoolException {
        // Before the lock, so that no process-wide claim is made on a directory that holds no spool.
        opener.known(SpoolDirectory.inspect(site.disk(), site.directory()));
        try (DirectoryLock lock = DirectoryLock.takeChangingNothing(site)) {
            return check(SpoolDirectory.inspect(site.disk(), site.directory()));
        }
    }

    private CheckReport check(Inspection inspection) throws SpoolException {
        SpoolOpener.Known known = opener.known(inspection);
        tellQuarantine();
        tell(inspection, false);
        CheckReport report = opener.factory().check(opener.context(known, options), findings);
        return with(inspection, report, report.repaired());
    }

    /**
     * Keeps the damaged ones of the engine's own files in quarantine, repairs the backend's as the owner of the directory, which
     * writes the engine's own anew, and gives it up without a clean end: the next open recovers, rather than trust a fingerprint of
     * before the repair.
     */
    CheckReport repair() throws SpoolException {
        opener.known(SpoolDirectory.inspect(site.disk(), site.directory()));
        try (HeldDirectory held = SpoolDirectory.hold(site, Format.of(opener.factory()), options, opener.evidence())) {
            Inspection inspection = held.inspect();
            tellQuarantine();
            keepDamaged(inspection);
            return repair(inspection, held.own());
        }
    }

    private CheckReport repair(Inspection inspection, SpoolDirectory directory) throws SpoolException {
        try {
            tell(inspection, true);
            HealthMonitor health = new HealthMonitor(site.clock(), new EngineMetrics(null), options.probePeriod());
            EngineContext context =
                    new EngineContext(new DirectoryOwnership(directory), site.disk(), site.clock(), options, health);
            CheckReport report = opener.factory().repair(context, findings);
            boolean ownDamage = !inspection.damage().isEmpty();
            return with(inspection, report, report.damaged() == 0 ? ownDamage || report.repaired() : report.repaired());
        } finally {
            directory.abandon();
        }
    }

    private void keepDamaged(Inspection inspection) throws SpoolException {
        Quarantine quarantine = new Quarantine(site.disk(), site.directory(), inspection.epoch());
        if (!inspection.damage().isEmpty() || !inspection.hints().isEmpty()) {
            for (String name : List.of(Layout.IDENTITY, Layout.EPOCH, Layout.OWNER)) {
                quarantine.copy(
                        site.directory().resolve(name)); // where they contradict each other, a whole one is lost
            }
        }
    }

    private void tellQuarantine() throws SpoolException {
        long count = quarantined();
        if (count > 0) {
            findings.accept(new Finding(
                    Severity.NOTE,
                    "quarantine",
                    "quarantine",
                    -1,
                    null,
                    count + " files or databases stand in quarantine from earlier repairs and losses;"
                            + " remove them when they are not needed",
                    false));
        }
    }

    private long quarantined() throws SpoolException {
        return new Quarantine(site.disk(), site.directory(), 0).count();
    }

    private void tell(Inspection inspection, boolean repaired) {
        tell(inspection.damage(), Severity.DAMAGE, repaired);
        tell(inspection.hints(), Severity.HINT, repaired);
    }

    private void tell(List<LogScan.Damage> found, Severity severity, boolean repaired) {
        for (LogScan.Damage damage : found) {
            Path path = Path.of(damage.where());
            String name = path.startsWith(site.directory())
                    ? site.directory().relativize(path).toString()
                    : damage.where();
            String kind = name.replaceFirst("^spool\\.", "");
            findings.accept(new Finding(severity, kind, name, -1, null, damage.why(), repaired));
        }
    }

    private CheckReport with(Inspection inspection, CheckReport report, boolean repaired) throws SpoolException {
        return new CheckReport(
                report.entries(),
                report.damaged() + inspection.damage().size(),
                report.hints() + inspection.hints().size(),
                quarantined(),
                repaired,
                report.complete());
    }
}
