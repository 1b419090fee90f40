package dev.spool.testkit.directory;

import static dev.spool.testkit.directory.SimulatedHost.HOME;
import static dev.spool.testkit.directory.SimulatedHost.bytes;
import static dev.spool.testkit.directory.SimulatedHost.open;
import static dev.spool.testkit.directory.SimulatedHost.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.directory.Evidence;
import dev.spool.engine.directory.IdentityFile.State;
import dev.spool.engine.directory.Inspection;
import dev.spool.engine.directory.Predecessor;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.testkit.contract.Rounds;
import dev.spool.testkit.disk.IoEvent;
import dev.spool.testkit.disk.PowerCut;
import dev.spool.testkit.disk.SimulatedDisk;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Crashes at every operation while a directory is made, opened, written to, released and taken back. */
class DirectoryCrashTest {

    private final SimulatedHost host = new SimulatedHost();

    /** What the owners so far were promised. */
    private static final class Promises {
        long epoch;
        UUID store;
        /** What the note may be: the last that was written, and the one on its way. */
        List<String> notes = new ArrayList<>(List.of(""));

        Set<Predecessor> predecessors = EnumSet.of(Predecessor.NONE, Predecessor.UNKNOWN, Predecessor.DEAD);
        Fingerprint fingerprint;
    }

    /** One life of a process; returns if the power was not cut. */
    private void live(Site site, Promises promised, Random random) throws SpoolException {
        Set<Predecessor> before = promised.predecessors;
        if (promised.store != null && promised.predecessors.contains(Predecessor.RELEASED)) {
            // From when the owner file is being written on, and for ever if that came through.
            promised.predecessors = EnumSet.of(Predecessor.RELEASED, Predecessor.UNKNOWN, Predecessor.DEAD);
        }
        SpoolDirectory directory = open(site);
        assertThat(directory.predecessor()).isIn(before);
        assertThat(directory.epoch()).isGreaterThan(promised.epoch);
        assertThat(directory.damage()).isEmpty();
        assertThat(text(directory.note())).isIn(promised.notes);
        if (promised.store != null) {
            assertThat(directory.identity().storeId()).isEqualTo(promised.store);
        }
        if (directory.predecessor() == Predecessor.RELEASED) {
            assertThat(directory.previousOwner().orElseThrow().sealed()).contains(promised.fingerprint);
        }
        promised.epoch = directory.epoch();
        promised.store = directory.identity().storeId();
        promised.notes = new ArrayList<>(List.of(text(directory.note())));
        promised.predecessors = EnumSet.of(Predecessor.UNKNOWN, Predecessor.DEAD);
        for (int i = random.nextInt(3); i > 0; i--) {
            note(directory, promised, "note " + random.nextInt(1000) + "x".repeat(random.nextInt(1500)));
        }
        assertThat(directory.stillMine()).isTrue();
        release(directory, promised, random);
        if (random.nextBoolean()) {
            promised.predecessors.addAll(EnumSet.of(Predecessor.UNKNOWN, Predecessor.DEAD));
            directory.retake();
            promised.predecessors.remove(Predecessor.RELEASED);
            assertThat(directory.stillMine()).isTrue();
            note(directory, promised, "after");
            release(directory, promised, random);
        }
    }

    private static void note(SpoolDirectory directory, Promises promised, String note) throws SpoolException {
        promised.notes.add(note);
        directory.updateNote(any -> bytes(note));
        promised.notes = new ArrayList<>(List.of(note));
        assertThat(text(directory.note())).isEqualTo(note);
    }

    private static void release(SpoolDirectory directory, Promises promised, Random random) throws SpoolException {
        byte[] print = new byte[32];
        random.nextBytes(print);
        promised.predecessors.add(Predecessor.RELEASED);
        promised.fingerprint = Fingerprint.of(print);
        directory.release(promised.fingerprint, bytes("blob"));
        promised.predecessors = EnumSet.of(Predecessor.RELEASED);
    }

    @Test
    void directoryOpensAfterACrashAtAnyPointAndTheEpochNeverGoesBack() throws SpoolException {
        for (int seed = 0; seed < Rounds.of(6000); seed++) {
            Random random = new Random(seed);
            SimulatedDisk disk = new SimulatedDisk(seed);
            Promises promised = new Promises();
            // A crash, or several in a row, of which the later ones strike while the directory is being mended.
            for (int crash = 0; crash < 1 + seed % 3; crash++) {
                disk.crashAfter(1 + (crash == 0 ? seed % 60 : random.nextInt(30)));
                Site site = host.process(disk);
                try {
                    live(site, promised, random);
                    live(host.process(disk), promised, random);
                    disk.crash();
                } catch (PowerCut expected) {
                    assertThat(disk.isAlive()).isFalse();
                } catch (SpoolException | AssertionError e) {
                    throw new AssertionError("seed " + seed + "\n" + disk.traceText(), e);
                }
                disk = disk.afterCrash();
                host.died(site);
                requireNeverTakenForNone(disk, promised, seed);
            }
            disk.crashNever();
            try {
                live(host.process(disk), promised, random);
            } catch (SpoolException | AssertionError e) {
                throw new AssertionError("seed " + seed + "\n" + disk.traceText(), e);
            }
        }
    }

    private static void requireNeverTakenForNone(SimulatedDisk disk, Promises promised, int seed)
            throws SpoolException {
        Inspection found = SpoolDirectory.inspect(disk, HOME);
        if (promised.store != null) {
            assertThat(found.identity().state()).as("seed %d", seed).isEqualTo(State.INTACT);
            assertThat(found.identity().identity().storeId()).isEqualTo(promised.store);
            assertThat(found.epoch()).isGreaterThanOrEqualTo(promised.epoch);
            assertThat(found.damage()).isEmpty();
        }
    }

    @Test
    void everyFailureOfTheDiskIsATypedErrorAndTheNextOpenWorks() throws SpoolException {
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            SimulatedDisk disk = new SimulatedDisk(seed);
            Promises promised = new Promises();
            for (int life = 0; life < 4; life++) {
                for (IoEvent.Kind kind : IoEvent.Kind.values()) {
                    disk.faults().failRandomly(kind, 0.04);
                }
                SpoolDirectory directory = null;
                try {
                    directory = open(host.process(disk));
                    assertThat(directory.epoch()).isGreaterThan(promised.epoch);
                    promised.epoch = directory.epoch();
                    directory.updateNote(any -> bytes("a note"));
                    directory.release(Fingerprint.of(new byte[32]), bytes(""));
                    directory.retake();
                    directory.updateNote(any -> bytes("another"));
                } catch (SpoolException expected) {
                    assertThat(expected).hasMessageContaining(HOME.toString());
                }
                disk.faults().clear();
                if (directory != null) {
                    directory.abandon();
                }
                if (random.nextInt(3) == 0) {
                    disk.crash();
                    disk = disk.afterCrash();
                }
            }
            SpoolDirectory directory = open(host.process(disk));
            assertThat(directory.epoch()).as("seed %d", seed).isGreaterThan(promised.epoch);
            directory.abandon();
        }
    }

    @Test
    void spoolThatWasOnlyBegunIsFinishedOrBegunAnew() throws SpoolException {
        Set<State> found = EnumSet.noneOf(State.class);
        for (int seed = 0; seed < 300; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            disk.crashAfter(1 + seed % 25);
            SimulatedDisk first = disk;
            try {
                open(host.process(first));
                first.crash();
            } catch (PowerCut expected) {
                assertThat(first.isAlive()).isFalse();
            }
            disk = disk.afterCrash();
            disk.crashNever();
            State state = SpoolDirectory.inspect(disk, HOME).identity().state();
            found.add(state);
            SpoolOptions existing =
                    SpoolOptions.builder().createIfMissing(false).build();
            Site site = host.process(disk);
            if (state == State.ABSENT) {
                assertThatThrownBy(() -> SpoolDirectory.open(site, SimulatedHost.FORMAT, existing, Evidence.NONE))
                        .isInstanceOf(SpoolException.class)
                        .hasMessageContaining("no spool");
            } else {
                SpoolDirectory.open(site, SimulatedHost.FORMAT, existing, Evidence.NONE)
                        .abandon();
            }
            assertThat(open(site).damage()).as("seed %d", seed).isEmpty();
        }
        assertThat(found).containsExactlyInAnyOrder(State.ABSENT, State.INTACT, State.DAMAGED);
    }
}
