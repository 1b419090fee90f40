package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.StoredMessage;
import dev.spool.testkit.contract.Rounds;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flips single bits everywhere in a small log, one at a time. Each message comes back right or as corrupt, no other one is lost or
 * resurrected, the check finds every flip, and a repair makes it clean and loses nothing intact.
 */
class BitFlipTest {

    private static final int FLIPS_PER_KIND = Integer.getInteger("spool.flips", Rounds.of(240));
    private static final int LOGS = 8;
    /** So many logs may be without one kind of structure. */
    private static final int LOGS_WITHOUT_MAX = 2;

    private static final int FLIPS_PER_LOG = (FLIPS_PER_KIND - 1) / (LOGS - LOGS_WITHOUT_MAX) + 1;

    private static final Set<String> KINDS = Set.of(
            "segment header",
            "batch header",
            "directory",
            "tombstone",
            "killers",
            "catalogue",
            "record header, live",
            "record header, replaced",
            "record header, removed",
            "envelope, live",
            "envelope, replaced",
            "envelope, removed",
            "body, live",
            "body, replaced",
            "body, removed");

    @ParameterizedTest(name = "sealed: {0}")
    @ValueSource(booleans = {true, false})
    void noFlippedBitIsServedLostOrOverlooked(boolean sealed) throws Exception {
        long seed = Long.getLong("spool.seed", 1);
        Map<String, Integer> flips = new TreeMap<>();
        for (long log = seed; log < seed + LOGS; log++) {
            SmallLog small = SmallLog.written(log, sealed);
            Map<String, List<FlipTarget>> byKind =
                    FlipTarget.of(context(small, small.disk()), small.model.keySet()).stream()
                            .collect(Collectors.groupingBy(FlipTarget::kind, TreeMap::new, Collectors.toList()));
            Random random = new Random(log);
            for (Map.Entry<String, List<FlipTarget>> kind : byKind.entrySet()) {
                for (int i = 0; i < FLIPS_PER_LOG; i++) {
                    List<FlipTarget> targets = kind.getValue();
                    FlipTarget target = targets.get(random.nextInt(targets.size()));
                    int offset = target.from() + random.nextInt(target.to() - target.from());
                    int mask = 1 << random.nextInt(8);
                    try {
                        flip(small, target, offset, mask, i % 4 == 0);
                    } catch (Throwable failure) {
                        throw new AssertionError(
                                "-Dspool.seed=" + log + " sealed " + sealed + ": bit " + mask + " at " + target.path()
                                        + " offset " + offset + " in " + target,
                                failure);
                    }
                    flips.merge(kind.getKey(), 1, Integer::sum);
                }
            }
        }
        System.out.println("bits flipped from seed " + seed + ", " + (sealed ? "sealed: " : "active: ") + flips);
        assertThat(flips.keySet()).containsAll(KINDS);
        assertThat(flips.values()).as("flips of each kind").allMatch(count -> count >= FLIPS_PER_KIND);
        if (sealed) {
            assertThat(flips).containsKey("footer");
        }
    }

    @Test
    void anUndamagedLogIsClean() throws Exception {
        for (boolean sealed : new boolean[] {true, false}) {
            for (long seed = 1; seed <= 5; seed++) {
                SmallLog small = SmallLog.written(seed, sealed);
                List<Finding> findings = new ArrayList<>();
                CheckReport report = new FileCheck(context(small, small.disk()), findings::add).run();
                assertThat(findings)
                        .as("seed " + seed)
                        .allMatch(finding -> finding.severity() == Finding.Severity.NOTE);
                assertThat(report.entries()).isEqualTo(small.model.size());
            }
        }
    }

    private static void flip(SmallLog small, FlipTarget target, int offset, int mask, boolean repair) throws Exception {
        SimulatedDisk disk = small.disk().fork(1);
        disk.surgery().corrupt(target.path(), offset, mask);
        Set<SpoolId> damaged = target.live() == null ? Set.of() : Set.of(target.live());
        check(small, disk, target, damaged);
        try (FileReadOnlyBackend reader = FileReadOnlyBackend.open(context(small, disk))) {
            verify(small, reader.logs().get(0), damaged);
        }
        SimulatedDisk owned = repair ? disk.fork(2) : disk;
        try (FileBackend backend = FileBackend.open(owner(small, owned))) {
            verify(small, backend.logs().get(0), damaged);
        }
        if (repair) {
            repair(small, disk, damaged);
        }
    }

    private static void check(SmallLog small, SimulatedDisk disk, FlipTarget target, Set<SpoolId> damaged)
            throws Exception {
        List<Finding> findings = new ArrayList<>();
        CheckReport report = new FileCheck(context(small, disk), findings::add).run();
        Set<SpoolId> named = findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .map(Finding::id)
                .collect(Collectors.toSet());
        assertThat(named).as("messages named as damaged in " + findings).isEqualTo(damaged);
        assertThat(findings)
                .as("findings")
                .anyMatch(finding -> finding.severity() != Finding.Severity.NOTE
                        && SimulatedContext.DIRECTORY.resolve(finding.path()).equals(target.path()));
        assertThat(report.entries()).isEqualTo(small.model.size() - damaged.size());
    }

    /** All but the damaged ones are there as they were stored, by id and in a scan; the damaged ones are corrupt. */
    private static void verify(SmallLog small, LogReader log, Set<SpoolId> damaged) throws SpoolException {
        for (Map.Entry<SpoolId, SmallLog.Stored> entry : small.model.entrySet()) {
            try {
                StoredMessage message = log.read(entry.getKey(), true);
                assertThat(damaged).as("served").doesNotContain(entry.getKey());
                assertThat(message).as("message " + entry.getKey()).isNotNull();
                assertThat(entry.getValue().sameAs(message)).as("as stored").isTrue();
            } catch (SpoolCorruptException e) {
                assertThat(damaged).as("corrupt: " + e.getMessage()).contains(entry.getKey());
            }
        }
        for (SpoolId id : small.absent()) {
            assertThat(log.read(id, true)).as("removed message " + id).isNull();
        }
        Set<SpoolId> scanned = new HashSet<>();
        try (LogScan scan = log.scan()) {
            for (LogScan.Entry entry = scan.next(true); entry != null; entry = scan.next(true)) {
                assertThat(entry.id())
                        .as("an entry without id: " + entry.damage())
                        .isNotNull();
                assertThat(scanned.add(entry.id())).as("comes once").isTrue();
            }
            assertThat(scan.incompleteBecause()).isEmpty();
        }
        assertThat(scanned).isEqualTo(small.model.keySet());
    }

    private static void repair(SmallLog small, SimulatedDisk disk, Set<SpoolId> damaged) throws Exception {
        List<Finding> findings = new ArrayList<>();
        SimulatedContext owner = owner(small, disk);
        CheckReport repaired = new FileRepair(owner, findings::add).run();
        assertThat(repaired.repaired()).as("repaired " + findings).isTrue();
        SimulatedDisk after = ownerGone(disk);
        findings.clear();
        ReadOnlyContext context = context(small, after, owner);
        CheckReport clean = new FileCheck(context, findings::add).run();
        assertThat(clean.damaged()).as("damage left " + findings).isZero();
        assertThat(clean.hints()).as("hints left " + findings).isZero();
        assertThat(new Quarantine(after, SimulatedContext.DIRECTORY, 0).count()).isPositive();
        assertThat(clean.entries()).isEqualTo(small.model.size() - damaged.size());
        try (FileReadOnlyBackend reader = FileReadOnlyBackend.open(context)) {
            for (Map.Entry<SpoolId, SmallLog.Stored> entry : small.model.entrySet()) {
                StoredMessage message = reader.logs().get(0).read(entry.getKey(), true);
                assertThat(message == null || !entry.getValue().sameAs(message))
                        .as("gone: " + entry.getKey())
                        .isEqualTo(damaged.contains(entry.getKey()));
            }
            for (SpoolId id : small.absent()) {
                assertThat(reader.logs().get(0).read(id, true)).as("removed").isNull();
            }
        }
    }

    private static SimulatedDisk ownerGone(SimulatedDisk disk) {
        disk.kill();
        return disk.newProcess();
    }

    private static SimulatedContext owner(SmallLog small, SimulatedDisk disk) {
        SimulatedContext.Note note = new SimulatedContext.Note();
        note.bytes = small.note.bytes.duplicate();
        note.epoch = small.note.epoch;
        return new SimulatedContext(disk, new ManualClock(), SmallLog.OPTIONS, note);
    }

    private static ReadOnlyContext context(SmallLog small, SimulatedDisk disk) {
        return context(small, disk, owner(small, disk));
    }

    private static ReadOnlyContext context(SmallLog small, SimulatedDisk disk, SimulatedContext owner) {
        return new ReadOnlyContext(
                owner.directory(), disk, owner.clock(), owner.options(), owner.storeId(), owner.shards(), owner::note);
    }
}
