package dev.spool.testkit.directory;

import static dev.spool.testkit.directory.SimulatedHost.HOME;
import static dev.spool.testkit.directory.SimulatedHost.bytes;
import static dev.spool.testkit.directory.SimulatedHost.open;
import static dev.spool.testkit.directory.SimulatedHost.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolIoException;
import dev.spool.engine.directory.Layout;
import dev.spool.engine.directory.Predecessor;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.testkit.disk.IoEvent;
import dev.spool.testkit.disk.IoListener;
import dev.spool.testkit.disk.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An owner is stopped within a write to the files that tell who owns, loses its lock, and goes on when another has taken over. */
@Timeout(60)
class StoppedOwnerTest {

    private static final Fingerprint PRINT = Fingerprint.of(new byte[32]);

    private final SimulatedHost host = new SimulatedHost();
    private final SimulatedDisk disk = new SimulatedDisk(1);

    private interface Deed {
        void run() throws SpoolException;
    }

    /** Stopped between a look at the epoch and the write that follows, of either copy. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aNoteThatWasOnItsWayLeavesTheEpochToTheSuccessor(int write) throws IOException {
        SpoolDirectory old = open(host.process(disk));
        SpoolDirectory successor = overtaken(Layout.EPOCH, write, () -> old.updateNote(any -> bytes("old")));
        requireOvertaken(old, successor);
        successor.updateNote(any -> bytes("new"));
        assertThat(text(SpoolDirectory.inspect(disk.newProcess(), HOME).note())).isEqualTo("new");
    }

    /** Its first write comes over the copy that is raised already, its second over the other: it goes on between the two. */
    @Test
    void anOwnerThatIsStoppedTwiceLeavesTheEpochToTheSuccessor() throws Exception {
        SpoolDirectory old = open(host.process(disk));
        Semaphore stopped = new Semaphore(0);
        Semaphore goesOn = new Semaphore(0);
        disk.listener(each(Layout.EPOCH, count -> {
            stopped.release();
            await(goesOn);
        }));
        CompletableFuture<Void> noting = CompletableFuture.runAsync(() -> note(old));
        await(stopped);
        loseLock();
        SimulatedDisk another = disk.newProcess();
        another.listener(each(Layout.EPOCH, count -> {
            if (count == 2) {
                goesOn.release();
                await(stopped);
            }
        }));
        SpoolDirectory successor = open(host.process(another));
        goesOn.release();
        noting.get(30, TimeUnit.SECONDS);
        requireOvertaken(old, successor);
    }

    /** Stopped before either of its writes, or the look that follows: it has lost the directory, and takes nothing back. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aSuccessorThatIsStoppedWhileItRaisesLeavesTheEpochToTheNext(int step) throws IOException {
        open(host.process(disk)).abandon();
        List<SpoolDirectory> next = new ArrayList<>();
        int[] steps = {0};
        disk.listener(event -> {
            boolean raises = steps[0] > 0 || event.kind() == IoEvent.Kind.WRITE;
            boolean counts = event.kind() == IoEvent.Kind.WRITE || event.kind() == IoEvent.Kind.READ;
            if (event.path().equals(HOME.resolve(Layout.EPOCH)) && raises && counts && ++steps[0] == step) {
                next.add(takeOver());
            }
        });
        assertThatThrownBy(() -> open(host.process(disk))).isInstanceOf(SpoolFencedException.class);
        assertThat(next.get(0).stillMine()).isTrue();
        assertThat(SpoolDirectory.inspect(disk.newProcess(), HOME).epoch())
                .isEqualTo(next.get(0).epoch());
    }

    /** Whoever raised and did not come to its own record may live: the dead owner's record says nothing of it. */
    @Test
    void aDeadOwnersRecordSaysNothingOfWhoRaisedTheEpochSince() throws IOException {
        Site dead = host.process(disk);
        open(dead).abandon();
        host.died(dead);
        List<SpoolDirectory> next = new ArrayList<>();
        disk.listener(each(Layout.OWNER, count -> {
            if (count == 1) {
                next.add(takeOver());
            }
        }));
        SpoolDirectory stopped = open(host.process(disk));
        assertThat(stopped.stillMine()).isFalse();
        assertThat(next.get(0).predecessor()).isEqualTo(Predecessor.UNKNOWN);
    }

    @Test
    void anEpochThatDoesNotStayRaisedRefusesTheOpen() throws IOException {
        open(host.process(disk)).abandon();
        byte[] before = disk.surgery().contents(HOME.resolve(Layout.EPOCH));
        SimulatedDisk another = disk.newProcess();
        another.listener(event -> {
            if (event.kind() == IoEvent.Kind.READ && event.path().equals(HOME.resolve(Layout.EPOCH))) {
                disk.surgery().put(event.path(), before);
            }
        });
        assertThatThrownBy(() -> open(host.process(another)))
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining("epoch 2")
                .hasMessageContaining("epoch 1 and epoch 1");
    }

    /** The record of a release says nothing of what a successor wrote, over whose record it has come. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aReleaseThatWasOnItsWayDoesNotCountForTheSuccessor(int write) throws IOException {
        SpoolDirectory old = open(host.process(disk));
        SpoolDirectory successor = overtaken(Layout.OWNER, write, () -> old.release(PRINT, ByteBuffer.allocate(0)));
        assertThat(successor.stillMine()).isTrue();
        successor.abandon();
        assertThat(open(host.process(disk.newProcess())).predecessor()).isEqualTo(Predecessor.UNKNOWN);
    }

    /** Does it while the lock is lost, and another takes the directory over before the n-th write to that file. */
    private SpoolDirectory overtaken(String name, int write, Deed deed) throws IOException {
        List<SpoolDirectory> successors = new ArrayList<>();
        disk.listener(each(name, count -> {
            if (count == write) {
                successors.add(takeOver());
            }
        }));
        try {
            deed.run();
        } catch (SpoolFencedException expected) {
            // As far as it got.
        } finally {
            disk.listener(null);
        }
        return successors.get(0);
    }

    private interface Count {
        void at(int count);
    }

    private static IoListener each(String name, Count then) {
        int[] writes = {0};
        return event -> {
            if (event.kind() == IoEvent.Kind.WRITE && event.path().equals(HOME.resolve(name))) {
                then.at(++writes[0]);
            }
        };
    }

    /** By another process, after this one has lost the lock. */
    private SpoolDirectory takeOver() {
        try {
            loseLock();
            return open(host.process(disk.newProcess()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void loseLock() throws IOException {
        disk.openForReading(HOME.resolve(Layout.LOCK)).close();
    }

    private static void note(SpoolDirectory old) {
        try {
            old.updateNote(any -> bytes("old"));
        } catch (SpoolFencedException expected) {
            // As far as it got.
        } catch (SpoolException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(Semaphore semaphore) {
        try {
            assertThat(semaphore.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void requireOvertaken(SpoolDirectory old, SpoolDirectory successor) throws SpoolException {
        assertThat(old.stillMine()).isFalse();
        assertThat(successor.stillMine()).isTrue();
    }
}
