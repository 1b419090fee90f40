package dev.spool.testkit.torture;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.testkit.process.ChildJvm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Holds a damaged spool against what it held: every message is there as it was or is reported, nothing else is there, and nothing
 * that goes wrong goes wrong in another way than a {@link SpoolException}.
 *
 * <p>A message that is missing is reported if the one who asks is told of damage: by a corrupt entry, a scan that says that it is
 * not complete, or health. Beside such a report a removed message may be back, and a message may be as it was before it was
 * replaced, if the damage took what said so, such as a whole file. A block of the file backend never does.
 */
final class RotVerdict {

    private static final int TOLD_MAX = 8;

    private final RotSpool held;
    private final SpoolProvider provider;
    private final Path directory;
    private final String what;
    private final boolean exact;
    private final boolean certain;
    private final List<String> told = new ArrayList<>();
    private long lost;
    private long wrong;
    private long unreported;
    private boolean checkReports;
    private boolean repaired;

    /**
     * @param exact whether the damage is so small that an older version is wrong even beside a report
     * @param certain whether something is lost for certain, so that the check must tell
     */
    RotVerdict(RotSpool held, SpoolProvider provider, Path directory, String what, boolean exact, boolean certain) {
        this.held = held;
        this.provider = provider;
        this.directory = directory;
        this.what = what;
        this.exact = exact;
        this.certain = certain;
    }

    /** Nothing wrong, and no damage either: only an undamaged spool is. */
    boolean sound() {
        return lost + wrong + unreported == 0 && !checkReports;
    }

    /** Adds what was found to a score. */
    void addTo(Score score, String replay) {
        score.lost(lost).wrong(wrong).unreported(unreported);
        if (!told.isEmpty()) {
            score.failure(replay + ": after " + what + ": " + told);
        }
    }

    List<String> told() {
        return told;
    }

    long lost() {
        return lost;
    }

    long wrong() {
        return wrong;
    }

    long unreported() {
        return unreported;
    }

    /** Checks it, reads it, opens it; and if asked to, repairs it and compacts it and does it all again. */
    void judge(boolean repair) {
        guarded("check", this::check);
        guarded("reading", () -> {
            try (SpoolReader reader = provider.openReadOnly(directory, Order.SMALL_SEGMENTS)) {
                hold(reader, "a reader");
            }
        });
        if (repair) {
            guarded("repair", this::repair);
        }
        guarded("owning", () -> {
            try (Spool spool = provider.open(directory, Order.SMALL_SEGMENTS)) {
                hold(spool, "the owner");
                compact(spool);
                hold(spool, "the owner after a compaction");
            }
        });
    }

    /** Something that may fail with a {@link SpoolException}: that is a report. */
    private interface Look {
        void at() throws SpoolException;
    }

    private void guarded(String doing, Look look) {
        ChildJvm.say(RotProcess.PHASE + ' ' + doing);
        try {
            look.at();
        } catch (SpoolException reported) {
            checkReports = true;
        } catch (RuntimeException | Error e) {
            unreported++;
            tell(doing + " ends with " + e + " at "
                    + List.of(e.getStackTrace()).subList(0, Math.min(6, e.getStackTrace().length)));
        }
    }

    private void check() throws SpoolException {
        List<Finding> damage = new ArrayList<>();
        CheckReport report = provider.check(directory, Order.SMALL_SEGMENTS, finding -> {
            if (finding.severity() == Finding.Severity.DAMAGE) {
                damage.add(finding);
            }
        });
        checkReports = !damage.isEmpty() || report.damaged() > 0 || !report.complete();
        long live = held.history().keySet().stream()
                .filter(id -> !held.present(id).isGone())
                .count();
        if (report.entries() < live && !checkReports) {
            unreported++;
            tell("the check finds " + report.entries() + " of " + live + " messages and no damage");
        } else if (certain && !checkReports) {
            unreported++;
            tell("the check finds no damage");
        }
    }

    private void repair() throws SpoolException {
        CheckReport repair = provider.repair(directory, Order.SMALL_SEGMENTS, finding -> {});
        checkReports = true; // the check said so before, or there was nothing to repair
        if (!repair.repaired() && repair.damaged() > 0) {
            return; // it says that it cannot
        }
        CheckReport again = provider.check(directory, Order.SMALL_SEGMENTS, finding -> {});
        if (again.damaged() > 0) {
            unreported++;
            tell("the check after a repair finds " + again);
        }
        repaired = true;
    }

    private static void compact(Spool spool) throws SpoolException {
        try {
            spool.blocking().compact();
        } catch (SpoolCorruptException damage) {
            // told, as it should be
        }
    }

    private void hold(SpoolReader spool, String who) {
        Set<SpoolId> scanned = new HashSet<>();
        Set<SpoolId> corrupt = new HashSet<>();
        boolean reported = scan(spool, who, scanned, corrupt);
        Health health = spool.health();
        reported |= health.corruptMessages() > 0 || health.cause() == Health.Cause.CORRUPTION;
        // Once it is repaired, the repair has said what is missing.
        reported |= repaired;
        for (Map.Entry<SpoolId, List<RotSpool.Version>> entry : held.history().entrySet()) {
            load(spool, who, entry.getKey(), reported, scanned, corrupt);
        }
    }

    /** True if the scan tells of damage. */
    private boolean scan(SpoolReader spool, String who, Set<SpoolId> scanned, Set<SpoolId> corrupt) {
        boolean reported = false;
        try (SpoolScan scan = spool.enumerate()) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                if (entry instanceof SpoolEntry.Corrupt damage) {
                    reported = true;
                    if (damage.id() != null) {
                        corrupt.add(damage.id());
                    }
                } else if (entry instanceof SpoolEntry.Item item) {
                    if (!scanned.add(item.id())) {
                        wrong(who + " is told of " + item.id() + " twice");
                    }
                    if (!held.history().containsKey(item.id())) {
                        wrong(who + " finds " + item.id() + ", which was never stored");
                    }
                }
            }
            return reported || !scan.report().complete();
        }
    }

    private void load(
            SpoolReader spool, String who, SpoolId id, boolean reported, Set<SpoolId> scanned, Set<SpoolId> corrupt) {
        RotSpool.Version present = held.present(id);
        Optional<Message> found;
        try {
            found = spool.load(id).join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof SpoolException)) {
                unreported++;
                tell(who + " loads " + id + " and gets " + e.getCause());
            }
            return;
        }
        if (found.isPresent()) {
            if (present.isGone()) {
                if (!reported) {
                    wrong(who + " loads " + id + ", which was removed");
                } else if (held.history().getOrDefault(id, List.of()).stream()
                        .noneMatch(version -> version.is(found.get()))) {
                    wrong(who + " loads " + id + ", which was removed, as it never was");
                }
            } else if (!present.is(found.get())) {
                boolean older = held.history().getOrDefault(id, List.of()).stream()
                        .anyMatch(version -> version.is(found.get()));
                if (!older || !reported || exact) {
                    wrong(who + " loads " + id + (older ? " in an older version" : " with wrong bytes")
                            + (reported ? " (damage is reported)" : ""));
                }
            }
        } else if (!present.isGone() && !reported) {
            lost++;
            unreported++;
            tell(who + " loads " + id + " and finds nothing" + (checkReports ? ", though the check reports damage" : "")
                    + "; scanned " + scanned.contains(id) + ", corrupt " + corrupt.contains(id));
        }
    }

    private void wrong(String text) {
        wrong++;
        tell(text);
    }

    private void tell(String text) {
        if (told.size() < TOLD_MAX) {
            told.add(text);
        }
    }
}
