package dev.spool.testkit.directory;

import static dev.spool.testkit.directory.SimulatedHost.FORMAT;
import static dev.spool.testkit.directory.SimulatedHost.HOME;
import static dev.spool.testkit.directory.SimulatedHost.bytes;
import static dev.spool.testkit.directory.SimulatedHost.open;
import static dev.spool.testkit.directory.SimulatedHost.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Fingerprint;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.engine.directory.Evidence;
import dev.spool.engine.directory.IdentityFile.State;
import dev.spool.engine.directory.Inspection;
import dev.spool.engine.directory.Layout;
import dev.spool.engine.directory.Predecessor;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.testkit.disk.Faults;
import dev.spool.testkit.disk.IoEvent.Kind;
import dev.spool.testkit.disk.SimulatedDisk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that nobody wrote, in every file of the engine's. */
class DirectoryDamageTest {

    private static final List<String> FILES = List.of(Layout.IDENTITY, Layout.EPOCH, Layout.OWNER);
    private static final Fingerprint PRINT = Fingerprint.of(
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
            });

    private final SimulatedHost host = new SimulatedHost();
    private SimulatedDisk whole;
    private UUID store;
    private long epoch;

    @BeforeEach
    void makeASpool() throws SpoolException {
        whole = new SimulatedDisk(1);
        open(host.process(whole)).abandon();
        SpoolDirectory directory = open(host.process(whole));
        directory.updateNote(any -> bytes("segments 7 and 9"));
        store = directory.identity().storeId();
        epoch = directory.epoch();
        directory.release(PRINT, bytes("heads"));
        whole.surgery().settle();
    }

    private static Path file(String name) {
        return HOME.resolve(name);
    }

    /** A backend whose files still tell. */
    private static Evidence evidence(UUID store, int shards, long epoch) {
        return new Evidence() {
            @Override
            public Optional<BackendFactory.Origin> identify(Disk disk, Path directory) {
                return Optional.of(new BackendFactory.Origin(store, shards));
            }

            @Override
            public long highestEpoch(Disk disk, Path directory) {
                return epoch;
            }
        };
    }

    @Test
    void flippedBitAnywhereLosesNothing() throws SpoolException {
        Random random = new Random(4);
        for (String name : FILES) {
            int size = whole.surgery().contents(file(name)).length;
            for (int offset = 0; offset < size; offset++) {
                SimulatedDisk disk = whole.fork(offset);
                disk.surgery().corrupt(file(name), offset, 1 << random.nextInt(8));
                requireNothingLost(disk, name + " at " + offset);
            }
        }
    }

    @Test
    void lostSectorAnywhereLosesNothing() throws SpoolException {
        for (String name : FILES) {
            int size = whole.surgery().contents(file(name)).length;
            for (int offset = 0; offset < size; offset += 512) {
                SimulatedDisk disk = whole.fork(offset);
                disk.surgery().zero(file(name), offset, Math.min(512, size - offset));
                requireNothingLost(disk, name + " from " + offset);
            }
        }
    }

    private void requireNothingLost(SimulatedDisk disk, String where) throws SpoolException {
        Inspection inspection = SpoolDirectory.inspect(disk, HOME);
        assertThat(inspection.identity().identity().storeId()).as(where).isEqualTo(store);
        assertThat(inspection.epoch()).isEqualTo(epoch);
        SpoolDirectory directory = open(host.process(disk));
        assertThat(directory.identity().storeId()).isEqualTo(store);
        assertThat(directory.epoch()).as(where).isEqualTo(epoch + 1);
        assertThat(text(directory.note())).as(where).isEqualTo("segments 7 and 9");
        assertThat(directory.predecessor()).as(where).isEqualTo(Predecessor.RELEASED);
        assertThat(directory.previousOwner().orElseThrow().sealed()).contains(PRINT);
        assertThat(text(directory.previousOwner().orElseThrow().blob())).isEqualTo("heads");
        assertThat(directory.stillMine()).isTrue();
        directory.abandon();
        Inspection mended = SpoolDirectory.inspect(disk, HOME);
        assertThat(mended.damage()).as(where).isEmpty();
        assertThat(mended.hints()).as(where).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {Layout.EPOCH, Layout.OWNER})
    void aBlockThatTheDiskDoesNotGiveCostsNothing(String name) throws SpoolException {
        SimulatedDisk disk = whole.fork(1);
        disk.faults().fail(Kind.READ, 2, file(name)::equals); // both copies together, then the first one
        requireNothingLost(disk, name);
    }

    @Test
    void aFileThatTheDiskDoesNotGiveIsNotTakenForDamaged() throws SpoolException {
        SimulatedDisk disk = whole.fork(1);
        disk.faults().fail(Kind.READ, Faults.ALWAYS, file(Layout.EPOCH)::equals);
        assertThatThrownBy(() -> open(host.process(disk))).isInstanceOf(SpoolIoException.class);
        disk.faults().clear();
        requireNothingLost(disk, "after it");
    }

    @Test
    void eitherLostFileIsToldAndTheEpochDoesNotGoBack() throws SpoolException {
        for (String name : FILES) {
            for (int how = 0; how < 4; how++) {
                SimulatedDisk disk = whole.fork(how);
                harm(disk, name, how);
                if (how == 3 && name.equals(Layout.OWNER)) {
                    continue; // Missing, as after a crash while the spool was made.
                }
                assertThat(SpoolDirectory.inspect(disk, HOME).damage()).hasSize(1);
                SpoolDirectory directory = open(host.process(disk));
                assertThat(directory.damage()).hasSize(1);
                assertThat(directory.damage().get(0).where())
                        .isEqualTo(file(name).toString());
                assertThat(directory.identity().storeId()).isEqualTo(store);
                assertThat(directory.epoch()).as(name).isEqualTo(epoch + 1);
                assertThat(directory.predecessor())
                        .isEqualTo(name.equals(Layout.IDENTITY) ? Predecessor.RELEASED : Predecessor.UNKNOWN);
                assertThat(text(directory.note())).isEqualTo(name.equals(Layout.EPOCH) ? "" : "segments 7 and 9");
            }
        }
    }

    private static void harm(SimulatedDisk disk, String name, int how) {
        int size = disk.surgery().contents(file(name)).length;
        byte[] noise = new byte[size];
        new Random(how).nextBytes(noise);
        switch (how) {
            case 0 -> disk.surgery().zero(file(name), 0, size);
            case 1 -> disk.surgery().put(file(name), noise);
            case 2 -> disk.surgery().put(file(name), new byte[0]);
            default -> disk.surgery().delete(file(name));
        }
    }

    @Test
    void lostEpochIsRebuiltAboveWhatTheBackendsFilesKnow() throws SpoolException {
        whole.surgery().delete(file(Layout.EPOCH));
        whole.surgery().delete(file(Layout.OWNER));
        SpoolDirectory directory =
                SpoolDirectory.open(host.process(whole), FORMAT, SpoolOptions.DEFAULTS, evidence(store, 1, 41));
        assertThat(directory.epoch()).isEqualTo(42);
        assertThat(directory.cleanlyReleased()).isFalse();
        assertThat(directory.damage()).isNotEmpty();
    }

    @Test
    void lostIdentityIsRebuiltFromTheBackendsFilesFirst() throws SpoolException {
        UUID other = UUID.fromString("00000000-0000-4000-8000-000000000001");
        whole.surgery().delete(file(Layout.IDENTITY));
        SpoolDirectory directory =
                SpoolDirectory.open(host.process(whole), FORMAT, SpoolOptions.DEFAULTS, evidence(other, 4, 0));
        assertThat(directory.identity().storeId()).isEqualTo(other);
        assertThat(directory.identity().shards()).isEqualTo(4);
        assertThat(directory.note().hasRemaining())
                .as("a note of another store")
                .isFalse();
        assertThat(directory.epoch()).isGreaterThan(epoch);
    }

    @Test
    void spoolWithoutAnyOfTheEnginesFilesIsRebuiltAndNotMadeAnew() throws SpoolException {
        FILES.forEach(name -> whole.surgery().delete(file(name)));
        whole.surgery().put(file("00000001.segment"), new byte[100]);
        assertThat(SpoolDirectory.inspect(whole, HOME).identity().state()).isEqualTo(State.DAMAGED);
        SpoolDirectory directory =
                SpoolDirectory.open(host.process(whole), FORMAT, SpoolOptions.DEFAULTS, evidence(store, 2, 8));
        assertThat(directory.identity().storeId()).isEqualTo(store);
        assertThat(directory.epoch()).isEqualTo(9);
        assertThat(directory.predecessor()).isEqualTo(Predecessor.UNKNOWN);
    }

    @Test
    void directoryOfSomethingElseIsRefusedAndLeftAlone() {
        FILES.forEach(name -> whole.surgery().delete(file(name)));
        whole.surgery().delete(file(Layout.LOCK));
        whole.surgery().put(file("letter.txt"), new byte[100]);
        assertThatThrownBy(() -> open(host.process(whole)))
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining("letter.txt");
        assertThat(whole.newProcess())
                .satisfies(disk -> assertThat(disk.list(HOME)).containsExactly(file("letter.txt")));
    }

    @Test
    void spoolOfWhichNothingTellsWhichItIsIsCorrupt() {
        for (String kept : FILES) {
            SimulatedDisk disk = whole.fork(1);
            FILES.forEach(name -> harm(disk, name, name.equals(kept) ? 1 : 3));
            assertThatThrownBy(() -> open(host.process(disk)))
                    .isInstanceOf(SpoolCorruptException.class)
                    .hasMessageContaining(Layout.IDENTITY);
        }
    }

    @Test
    void noiseInAnyFileGivesATypedErrorOrOpens() throws SpoolException {
        for (int seed = 0; seed < 4000; seed++) {
            Random random = new Random(seed);
            SimulatedDisk disk = whole.fork(seed);
            for (String name : FILES) {
                byte[] content = disk.surgery().contents(file(name));
                switch (random.nextInt(4)) {
                    case 0 -> random.nextBytes(content);
                    case 1 -> content = Arrays.copyOf(content, random.nextInt(content.length * 2));
                    case 2 -> {
                        for (int i = random.nextInt(20); i > 0; i--) {
                            content[random.nextInt(content.length)] = (byte) random.nextInt();
                        }
                    }
                    default -> {}
                }
                disk.surgery().put(file(name), content);
            }
            try {
                SpoolDirectory directory = open(host.process(disk));
                assertThat(directory.identity().storeId()).as("seed %d", seed).isEqualTo(store);
                assertThat(directory.stillMine()).isTrue();
            } catch (SpoolCorruptException expected) {
                assertThat(expected.where()).contains(HOME.toString());
            }
        }
    }

    @Test
    void identityOfAnotherStoreBesideThisEpochIsNoticed() throws SpoolException {
        SimulatedDisk other = new SimulatedDisk(9);
        open(host.process(other));
        whole.surgery().put(file(Layout.EPOCH), other.surgery().contents(file(Layout.EPOCH)));
        SpoolDirectory directory = open(host.process(whole));
        assertThat(directory.damage()).hasSize(1);
        assertThat(directory.epoch()).as("the owner file remembers").isEqualTo(epoch + 1);
        assertThat(directory.note().hasRemaining()).isFalse();
        assertThat(directory.identity().storeId()).isEqualTo(store);
    }
}
