package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import dev.spool.testkit.process.OwnerProcess;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A read-only open takes no lock, writes no byte, and sees what an owner beside it commits. */
public abstract class ReadOnlyContract extends SpoolContract {

    @Test
    void aReaderSeesWhatIsThereAndWritesNothing() throws Exception {
        Map<SpoolId, Message> stored;
        try (Spool spool = open(smallSegments())) {
            stored = storeMany(spool, 100, 2000, 20);
            stored.putAll(storeMany(spool, 2, 300_000, 0));
        }
        Map<String, String> before = digest();
        try (SpoolReader reader = provider().openReadOnly(directory(), smallSegments())) {
            assertHolds(reader, stored);
            assertMissing(reader, SpoolId.next());
            assertThat(scan(reader).keySet()).isEqualTo(stored.keySet());
            assertThat(reader.stats().entries()).isEqualTo(stored.size());
            assertThat(reader.unhealthyReason()).isNull();
        }
        assertThat(digest()).isEqualTo(before);
    }

    @Test
    @Tag(PROCESS)
    void aReaderOfWhatAKilledProcessLeftServesItAndWritesNothing() throws Exception {
        SpoolId id = SpoolId.next();
        try (ChildJvm child = OwnerProcess.start(new ChildArguments(provider(), directory(), options()))) {
            child.expect("open");
            child.tell("store " + id + " acknowledged");
            child.expect("done");
            child.kill();
        }
        Map<String, String> before = digest();
        try (SpoolReader reader = provider().openReadOnly(directory(), options())) {
            assertHolds(reader, id, Message.of(Samples.text("acknowledged")));
            assertThat(scan(reader).keySet()).containsExactly(id);
        }
        assertThat(digest()).isEqualTo(before);
        try (Spool spool = open()) {
            assertHolds(spool, id, Message.of(Samples.text("acknowledged")));
        }
    }

    @Test
    void aReaderBesideAnOwnerSeesEachCommit() throws SpoolException {
        try (Spool spool = open()) {
            SpoolId first = SpoolId.next();
            spool.store(first, Samples.message(1, 100, 10)).join();
            try (SpoolReader reader = provider().openReadOnly(directory(), options())) {
                assertHolds(reader, first, Samples.message(1, 100, 10));
                SpoolId second = SpoolId.next();
                spool.store(second, Samples.message(2, 200)).join();
                assertHolds(reader, second, Samples.message(2, 200));
                spool.store(first, Samples.message(3, 300)).join();
                assertHolds(reader, first, Samples.message(3, 300));
                spool.updateEnvelope(first, Samples.text("new")).join();
                assertHolds(reader, first, Samples.message(3, 300).withEnvelope(Samples.text("new")));
                spool.remove(second).join();
                assertMissing(reader, second);
                assertThat(scan(reader).keySet()).containsExactly(first);
            }
        }
    }

    @Test
    void aReaderBesideABusyOwnerSeesNoDamage() throws Exception {
        try (Spool spool = open(smallSegments());
                BackgroundWork work = new BackgroundWork()) {
            Map<SpoolId, Message> staying = storeMany(spool, 60, 2000, 20);
            AtomicReference<SpoolId> last = new AtomicReference<>();
            work.repeat(() -> {
                SpoolId next = SpoolId.next();
                spool.blocking().store(next, Samples.message(4, 20_000));
                SpoolId previous = last.getAndSet(next);
                if (previous != null) {
                    spool.blocking().remove(previous);
                }
            });
            work.repeat(() -> spool.blocking().compact());
            try (SpoolReader reader = provider().openReadOnly(directory(), smallSegments())) {
                for (int i = 0; i < Rounds.of(10) || work.rounds() < Rounds.of(300); i++) {
                    assertThat(scan(reader).keySet()).containsAll(staying.keySet());
                    assertHolds(reader, staying);
                }
            }
        }
    }

    @Test
    void aReaderOutlivesItsOwnerAndTheNext() throws SpoolException {
        SpoolId first = SpoolId.next();
        SpoolId second = SpoolId.next();
        Spool owner = open();
        owner.store(first, Samples.message(1, 100)).join();
        try (SpoolReader reader = provider().openReadOnly(directory(), options())) {
            owner.close();
            assertHolds(reader, first, Samples.message(1, 100));
            try (Spool next = open()) {
                next.store(second, Samples.message(2, 100)).join();
                next.remove(first).join();
                assertHolds(reader, second, Samples.message(2, 100));
                assertMissing(reader, first);
            }
        }
    }

    @Test
    void aReaderKeepsNoOwnerOut() throws SpoolException {
        try (Spool spool = open()) {
            storeMany(spool, 3, 10, 0);
        }
        try (SpoolReader one = provider().openReadOnly(directory(), options());
                SpoolReader other = provider().openReadOnly(directory(), options())) {
            try (Spool spool = open()) {
                storeMany(spool, 3, 10, 0);
            }
            assertThat(scan(one)).hasSize(6);
            assertThat(scan(other)).hasSize(6);
        }
    }
}
