package dev.spool.testkit.directory;

import static dev.spool.testkit.directory.SimulatedHost.FORMAT;
import static dev.spool.testkit.directory.SimulatedHost.HOME;
import static dev.spool.testkit.directory.SimulatedHost.bytes;
import static dev.spool.testkit.directory.SimulatedHost.open;
import static dev.spool.testkit.directory.SimulatedHost.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolLockedException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolVersionException;
import dev.spool.engine.directory.DirectoryLock;
import dev.spool.engine.directory.Evidence;
import dev.spool.engine.directory.Features;
import dev.spool.engine.directory.Format;
import dev.spool.engine.directory.Inspection;
import dev.spool.engine.directory.Layout;
import dev.spool.engine.directory.Owner;
import dev.spool.engine.directory.Predecessor;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.testkit.disk.Faults;
import dev.spool.testkit.disk.IoEvent;
import dev.spool.testkit.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may own a directory, and how the others notice. */
class DirectoryOwnershipTest {

    private static final Fingerprint PRINT = Fingerprint.of(new byte[32]);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SimulatedHost host = new SimulatedHost();
    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final Site first = host.process(disk);

    private static Path file(String name) {
        return HOME.resolve(name);
    }

    @Test
    void newSpoolHasNoPredecessorAndRecordsItsOwner() throws SpoolException {
        SpoolDirectory directory = open(first);
        assertThat(directory.predecessor()).isEqualTo(Predecessor.NONE);
        assertThat(directory.cleanlyReleased()).isTrue();
        assertThat(directory.epoch()).isEqualTo(1);
        assertThat(directory.identity().backend()).isEqualTo("file");
        assertThat(directory.identity().formatVersion()).isEqualTo(3);
        assertThat(directory.identity().shards()).isEqualTo(1);
        assertThat(directory.identity().createdAt()).isEqualTo(first.clock().now());
        Inspection seen = SpoolDirectory.inspect(disk.newProcess(), HOME);
        assertThat(seen.identity().identity()).isEqualTo(directory.identity());
        assertThat(seen.owner().orElseThrow().state()).isEqualTo(Owner.State.OWNED);
        assertThat(seen.owner().orElseThrow().process())
                .isEqualTo(first.processes().self());
    }

    @Test
    void secondProcessIsRefusedWithTheHoldersNameAndHarmsNothing() throws SpoolException {
        SpoolDirectory directory = open(first);
        assertThatThrownBy(() -> open(host.process(disk.newProcess())))
                .isInstanceOfSatisfying(SpoolLockedException.class, e -> {
                    assertThat(e.holder()).isEqualTo("pid 100 on host mail");
                    assertThat(e).hasMessageContaining("pid 100 on host mail").hasMessageContaining(HOME.toString());
                });
        assertThat(directory.holdsLock()).isTrue();
        assertThat(directory.stillMine()).isTrue();
    }

    @Test
    void secondOpenInOneProcessIsRefusedWithoutTouchingTheLockFile() throws SpoolException {
        SpoolDirectory directory = open(first);
        assertThatThrownBy(() -> open(first))
                .isInstanceOf(SpoolLockedException.class)
                .hasMessageContaining("already open in this process")
                .hasMessageContaining(Thread.currentThread().getName());
        assertThatThrownBy(() -> DirectoryLock.take(first)).isInstanceOf(SpoolLockedException.class);
        assertThat(directory.holdsLock()).isTrue();
        directory.release(PRINT, NOTHING);
        open(first).abandon();
        open(first);
    }

    @Test
    void inspectionBesideAnOwnerWritesNothingAndLeavesItsLockAlone() throws SpoolException {
        SpoolDirectory directory = open(first);
        directory.updateNote(any -> bytes("note"));
        long operations = disk.operations();
        Inspection seen = SpoolDirectory.inspect(disk, HOME);
        assertThat(text(seen.note())).isEqualTo("note");
        assertThat(seen.epoch()).isEqualTo(1);
        assertThat(SpoolDirectory.inspect(disk, Path.of("/none"))
                        .identity()
                        .state()
                        .name())
                .isEqualTo("ABSENT");
        assertThat(disk.operations()).isEqualTo(operations);
        assertThat(directory.holdsLock()).isTrue();
    }

    @Test
    void checkerTakesTheLockWithoutChangingAnything() throws SpoolException {
        SpoolDirectory directory = open(first);
        Site checker = host.process(disk.newProcess());
        assertThatThrownBy(() -> DirectoryLock.takeChangingNothing(checker)).isInstanceOf(SpoolLockedException.class);
        directory.release(PRINT, NOTHING);
        try (DirectoryLock lock = DirectoryLock.takeChangingNothing(checker)) {
            assertThat(lock.isHeld()).isTrue();
            assertThatThrownBy(() -> open(first)).isInstanceOf(SpoolLockedException.class);
        }
        open(first).release(PRINT, NOTHING);
        disk.surgery().delete(file(Layout.LOCK));
        long operations = disk.operations();
        try (DirectoryLock lock = DirectoryLock.takeChangingNothing(checker)) {
            assertThat(lock.isHeld()).as("there is no lock file").isFalse();
        }
        assertThat(disk.operations()).isEqualTo(operations);
    }

    @Test
    void cleanReleaseHandsFingerprintAndBlobOver() throws SpoolException {
        SpoolDirectory directory = open(first);
        Fingerprint print = Fingerprint.parse("0123456789abcdef".repeat(4));
        directory.release(print, bytes("heads"));
        directory.release(print, bytes("heads"));
        assertThat(directory.stillMine()).isFalse();
        SpoolDirectory next = open(host.process(disk));
        assertThat(next.predecessor()).isEqualTo(Predecessor.RELEASED);
        assertThat(next.previousOwner().orElseThrow().sealed()).contains(print);
        assertThat(text(next.previousOwner().orElseThrow().blob())).isEqualTo("heads");
        assertThat(next.epoch()).isEqualTo(2);
    }

    @Test
    void predecessorIsDeadOnlyWhenThatIsProven() throws SpoolException {
        open(first);
        disk.kill();
        host.host = "other";
        assertThat(host(disk.afterCrash()).predecessor()).as("another host").isEqualTo(Predecessor.UNKNOWN);
        host.host = "mail";
        SimulatedDisk next = disk.newProcess();
        Site running = host.process(next);
        open(running);
        next.kill();
        next = next.afterCrash();
        assertThat(host(next).predecessor()).as("killed, and still listed").isEqualTo(Predecessor.UNKNOWN);
        next = next.newProcess();
        Site dead = host.process(next);
        open(dead);
        next.kill();
        host.died(dead);
        next = next.afterCrash();
        SpoolDirectory after = open(host.process(next));
        assertThat(after.predecessor()).as("gone").isEqualTo(Predecessor.DEAD);
        assertThat(after.cleanlyReleased()).isFalse();
        next.crash();
        host.boot = "boot-2";
        assertThat(host(next.afterCrash()).predecessor()).as("rebooted").isEqualTo(Predecessor.DEAD);
    }

    /** Opens and gives up. */
    private SpoolDirectory host(SimulatedDisk process) throws SpoolException {
        SpoolDirectory directory = open(host.process(process));
        directory.abandon();
        return directory;
    }

    @Test
    void otherBootProvesNothingOnASharedFilesystem() throws SpoolException {
        disk.filesystemType("nfs4");
        SpoolOptions allowed =
                SpoolOptions.builder().allowUnsafeFilesystem(true).build();
        SpoolDirectory.open(first, FORMAT, allowed, Evidence.NONE);
        disk.crash();
        host.boot = "boot-2";
        assertThat(SpoolDirectory.open(host.process(disk.afterCrash()), FORMAT, allowed, Evidence.NONE)
                        .predecessor())
                .isEqualTo(Predecessor.UNKNOWN);
    }

    @Test
    void ownerThatLostItsLockIsFencedBySuccessor() throws IOException {
        SpoolDirectory old = open(first);
        disk.openForReading(file(Layout.LOCK)).close();
        assertThat(old.holdsLock()).isFalse();
        SpoolDirectory successor = open(host.process(disk.newProcess()));
        successor.updateNote(any -> bytes("new"));
        assertThat(successor.predecessor()).isEqualTo(Predecessor.UNKNOWN);
        assertThat(old.stillMine()).isFalse();
        assertThatThrownBy(old::requireMine)
                .isInstanceOf(SpoolFencedException.class)
                .hasMessageContaining("epoch 1")
                .hasMessageContaining("at 2");
        assertThatThrownBy(() -> old.updateNote(any -> bytes("old"))).isInstanceOf(SpoolFencedException.class);
        assertThatThrownBy(() -> old.release(PRINT, NOTHING)).isInstanceOf(SpoolFencedException.class);
        assertThatThrownBy(old::retake).isInstanceOf(SpoolFencedException.class);
        old.abandon();
        assertThat(successor.stillMine()).isTrue();
        assertThat(successor.holdsLock()).isTrue();
        assertThat(text(successor.note())).isEqualTo("new");
    }

    @Test
    void replacedEpochFileIsNoticed() throws IOException {
        SpoolDirectory directory = open(first);
        byte[] content = disk.surgery().contents(file(Layout.EPOCH));
        disk.surgery().delete(file(Layout.EPOCH));
        host.clock.advance(Duration.ofMillis(11));
        assertThat(directory.stillMine()).isFalse();
        disk.surgery().put(file(Layout.EPOCH), content);
        assertThat(directory.stillMine()).isFalse();
        assertThatThrownBy(directory::requireMine)
                .isInstanceOf(SpoolFencedException.class)
                .hasMessageContaining("another file is in its place");
    }

    @Test
    void damageToOneCopyOfTheEpochFencesNobodyButDamageToBothDoes() throws SpoolException {
        SpoolDirectory directory = open(first);
        disk.surgery().corrupt(file(Layout.EPOCH), 40, 1);
        assertThat(directory.stillMine()).isTrue();
        directory.updateNote(any -> bytes("mends it"));
        disk.surgery().corrupt(file(Layout.EPOCH), 4096 + 40, 1);
        assertThat(directory.stillMine()).isTrue();
        disk.surgery().corrupt(file(Layout.EPOCH), 40, 1);
        assertThat(directory.stillMine()).isFalse();
        assertThatThrownBy(directory::requireMine).hasMessageContaining("both copies are damaged");
    }

    @Test
    void epochThatCannotBeReadIsNoAnswer() throws SpoolException {
        SpoolDirectory directory = open(first);
        disk.faults().fail(IoEvent.Kind.READ, Faults.ALWAYS, file(Layout.EPOCH)::equals);
        assertThatThrownBy(directory::stillMine)
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining(Layout.EPOCH);
        disk.faults().clear();
        assertThat(directory.stillMine()).isTrue();
    }

    @Test
    void releasedDirectoryCanBeTakenBackUnderTheSameEpoch() throws SpoolException {
        SpoolDirectory directory = open(first);
        directory.updateNote(any -> bytes("note"));
        directory.retake();
        directory.release(PRINT, NOTHING);
        assertThat(SpoolDirectory.inspect(disk, HOME).owner().orElseThrow().state())
                .isEqualTo(Owner.State.RELEASED);
        directory.retake();
        directory.retake();
        assertThat(directory.epoch()).isEqualTo(1);
        assertThat(directory.stillMine()).isTrue();
        assertThat(directory.holdsLock()).isTrue();
        assertThat(text(directory.note())).isEqualTo("note");
        assertThat(SpoolDirectory.inspect(disk, HOME).owner().orElseThrow().state())
                .isEqualTo(Owner.State.OWNED);
        directory.release(PRINT, NOTHING);
    }

    @Test
    void directoryThatSomebodyElseHadMeanwhileIsNotTakenBack() throws SpoolException {
        SpoolDirectory directory = open(first);
        directory.release(PRINT, NOTHING);
        SpoolDirectory other = open(host.process(disk.newProcess()));
        assertThatThrownBy(directory::retake).isInstanceOf(SpoolLockedException.class);
        other.release(PRINT, NOTHING);
        assertThatThrownBy(directory::retake).isInstanceOf(SpoolFencedException.class);
        assertThatThrownBy(directory::retake).isInstanceOf(SpoolFencedException.class);
        open(host.process(disk)).abandon();
    }

    @Test
    void failedRetakeMayBeTriedAgain() throws SpoolException {
        SpoolDirectory directory = open(first);
        directory.release(PRINT, NOTHING);
        disk.failSyncs(1);
        assertThatThrownBy(directory::retake).isInstanceOf(SpoolIoException.class);
        assertThat(directory.stillMine()).isFalse();
        directory.retake();
        assertThat(directory.stillMine()).isTrue();
    }

    @Test
    void failedReleaseLeavesTheOwnerInPlace() throws SpoolException {
        SpoolDirectory directory = open(first);
        disk.failSyncs(1);
        assertThatThrownBy(() -> directory.release(PRINT, NOTHING)).isInstanceOf(SpoolIoException.class);
        assertThat(directory.stillMine()).isTrue();
        assertThat(directory.holdsLock()).isTrue();
        directory.release(PRINT, NOTHING);
    }

    @Test
    void unsafeFilesystemIsRefusedUnlessAllowed() throws SpoolException {
        for (String type : new String[] {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuseblk", "9p", "virtiofs"}) {
            SimulatedDisk remote = new SimulatedDisk(2);
            remote.filesystemType(type);
            assertThatThrownBy(() -> open(host.process(remote)))
                    .isInstanceOf(SpoolIoException.class)
                    .hasMessageContaining(type)
                    .hasMessageContaining("allowUnsafeFilesystem");
            assertThat(remote.operations()).isZero();
            SpoolDirectory.open(
                            host.process(remote),
                            FORMAT,
                            SpoolOptions.builder().allowUnsafeFilesystem(true).build(),
                            Evidence.NONE)
                    .abandon();
        }
    }

    @Test
    void missingSpoolIsMadeOnlyIfAllowed() {
        SpoolOptions existing = SpoolOptions.builder().createIfMissing(false).build();
        assertThatThrownBy(() -> SpoolDirectory.open(first, FORMAT, existing, Evidence.NONE))
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining("no spool in " + HOME);
        assertThat(disk.operations()).isZero();
    }

    @Test
    void spoolOfANewerVersionIsRefusedAndLeftAlone() throws SpoolException {
        Format newer = new Format("file", 4);
        SpoolDirectory.open(first, newer, SpoolOptions.DEFAULTS, Evidence.NONE).abandon();
        long operations = disk.operations();
        assertThatThrownBy(() -> open(first)).isInstanceOfSatisfying(SpoolVersionException.class, e -> {
            assertThat(e.found()).contains("version 4");
            assertThat(e.supported()).contains("version 1 to 3");
        });
        assertThat(disk.operations()).isEqualTo(operations);
        assertThatThrownBy(
                        () -> SpoolDirectory.open(first, new Format("lmdb", 9), SpoolOptions.DEFAULTS, Evidence.NONE))
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining("'file'")
                .hasMessageContaining("'lmdb'");
    }

    @Test
    void unknownFeaturesForbidWhatTheyMust() throws SpoolException {
        Features known = new Features(1, 1, 1);
        requireOpens(new Features(1, 1, 1), known, true, true);
        requireOpens(new Features(0, 0, 6), known, true, true);
        requireOpens(new Features(0, 2, 0), known, true, false);
        requireOpens(new Features(4, 0, 0), known, false, false);
    }

    private void requireOpens(Features written, Features known, boolean readable, boolean writable)
            throws SpoolException {
        SimulatedDisk own = new SimulatedDisk(3);
        Format future = new Format("file", 3, written, written);
        SpoolDirectory.open(host.process(own), future, SpoolOptions.DEFAULTS, Evidence.NONE)
                .abandon();
        Format present = new Format("file", 3, Features.NONE, known);
        Inspection seen = SpoolDirectory.inspect(own, HOME);
        assertOutcome(readable, () -> seen.identity().identity().requireReadable(HOME, present));
        assertOutcome(
                writable,
                () -> SpoolDirectory.open(host.process(own), present, SpoolOptions.DEFAULTS, Evidence.NONE)
                        .abandon());
    }

    private static void assertOutcome(boolean works, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        if (works) {
            org.assertj.core.api.Assertions.assertThatCode(call).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(call).isInstanceOf(SpoolVersionException.class);
        }
    }

    @Test
    void shardCountIsFixedWhenTheSpoolIsMade() throws SpoolException {
        SpoolDirectory.open(first, FORMAT, SpoolOptions.builder().shards(4).build(), Evidence.NONE)
                .abandon();
        assertThat(open(first).identity().shards()).isEqualTo(4);
    }

    @Test
    void fullDiskOpensAndReleasesASpoolButMakesNone() throws SpoolException {
        SpoolDirectory directory = open(first);
        disk.capacityBytes(0);
        directory.updateNote(any -> bytes("x".repeat(2560)));
        directory.release(PRINT, bytes("y".repeat(2048)));
        SpoolDirectory next = open(first);
        assertThat(next.note().remaining()).isEqualTo(2560);
        next.release(PRINT, NOTHING);
        SimulatedDisk small = new SimulatedDisk(2);
        small.capacityBytes(4096);
        assertThatThrownBy(() -> open(host.process(small))).isInstanceOf(SpoolFullException.class);
    }

    @Test
    void tooLargeANoteIsTheCallersMistake() throws SpoolException {
        SpoolDirectory directory = open(first);
        assertThatThrownBy(() -> directory.updateNote(any -> ByteBuffer.allocate(2561)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> directory.release(PRINT, ByteBuffer.allocate(2049)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(directory.stillMine()).isTrue();
    }
}
