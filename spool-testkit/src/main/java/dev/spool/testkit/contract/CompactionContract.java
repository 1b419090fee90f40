package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.MessageInfo;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compaction gives room back and changes nothing else. */
public abstract class CompactionContract extends SpoolContract {

    @Test
    void compactionLeavesEveryMessageAndItsInfoAsTheyWere() throws SpoolException {
        Map<SpoolId, Message> stored;
        Map<SpoolId, MessageInfo> infos;
        List<SpoolStats.Shard> heads;
        try (Spool spool = open(smallSegments())) {
            stored = storeMany(spool, 300, 3000, 30);
            stored.putAll(storeMany(spool, 4, 400_000, 3));
            thinOut(spool, stored, 2);
            infos = infos(spool);
            heads = spool.stats().shards();
            spool.compact().join();
            assertHolds(spool, stored);
            assertThat(infos(spool)).isEqualTo(infos);
            assertThat(spool.stats().shards()).isEqualTo(heads);
        }
        try (Spool spool = open(smallSegments())) {
            assertHolds(spool, stored);
            assertThat(infos(spool)).isEqualTo(infos);
            assertThat(spool.stats().shards()).isEqualTo(heads);
        }
    }

    @Test
    void theSpoolShrinksWhenNineOfTenMessagesAreGone() throws SpoolException {
        Map<SpoolId, Message> stored;
        try (Spool spool = open(smallSegments())) {
            stored = storeMany(spool, 800, 10_000, 30);
            long full = spool.stats().totalBytes();
            thinOut(spool, stored, 10);
            spool.compact().join();
            assertThat(spool.stats().totalBytes()).isLessThan(full / 2);
            assertHolds(spool, stored);
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
        }
        try (Spool spool = open(smallSegments())) {
            assertHolds(spool, stored);
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
        }
    }

    @Test
    void whatWasRemovedOrReplacedStaysSoThroughCompactionsAndReopens() throws SpoolException {
        Map<SpoolId, Message> stored;
        List<SpoolId> removed;
        try (Spool spool = open(smallSegments())) {
            stored = storeMany(spool, 300, 3000, 30);
            removed = thinOut(spool, stored, 3);
            stored.replaceAll((id, old) -> Samples.message(id.low() + 7, 50, 5));
            stored.forEach((id, message) -> spool.store(id, message).join());
        }
        for (int i = 0; i < 3; i++) {
            try (Spool spool = open(smallSegments())) {
                assertHolds(spool, stored);
                removed.forEach(id -> assertMissing(spool, id));
                spool.compact().join();
                assertHolds(spool, stored);
                removed.forEach(id -> assertMissing(spool, id));
                assertThat(spool.stats().entries()).isEqualTo(stored.size());
            }
        }
    }

    @Test
    void compactionOfAnEmptySpoolCompletes() throws SpoolException {
        try (Spool spool = open()) {
            spool.compact().join();
            spool.cleanup().join();
            Map<SpoolId, Message> stored = storeMany(spool, 100, 1000, 0);
            spool.removeAll(stored.keySet()).join();
            spool.compact().join();
            assertThat(scan(spool)).isEmpty();
        }
    }

    @Test
    void besideEveryOtherOperationCompactionLosesNothing() throws Exception {
        Map<SpoolId, Message> expected = new ConcurrentHashMap<>();
        try (Spool spool = open(smallSegments());
                BackgroundWork work = new BackgroundWork()) {
            work.repeat(() -> spool.blocking().compact());
            work.repeat(() -> spool.blocking().cleanup());
            for (int worker = 0; worker < 2; worker++) {
                SplittableRandom random = new SplittableRandom(worker);
                List<SpoolId> own = new ArrayList<>();
                work.repeat(() -> changeOne(spool, expected, own, random));
            }
            while (work.rounds() < 1500) {
                SpoolId absent = SpoolId.next();
                assertMissing(spool, absent);
            }
        }
        try (Spool spool = open(smallSegments())) {
            assertHolds(spool, expected);
            assertThat(scan(spool).keySet()).isEqualTo(expected.keySet());
        }
    }

    /** One random change to messages that only this worker touches, and a look at one of them. */
    private static void changeOne(
            Spool spool, Map<SpoolId, Message> expected, List<SpoolId> own, SplittableRandom random)
            throws SpoolException {
        int operation = own.isEmpty() ? 0 : random.nextInt(4);
        SpoolId id = operation == 0 ? SpoolId.next() : own.get(random.nextInt(own.size()));
        if (operation <= 1) {
            Message message = Samples.message(random.nextLong(), random.nextInt(6000), random.nextInt(100));
            spool.blocking().store(id, message);
            expected.put(id, message);
            if (operation == 0) {
                own.add(id);
            }
        } else if (operation == 2) {
            assertThat(spool.blocking().remove(id)).isTrue();
            expected.remove(id);
            own.remove(id);
            assertMissing(spool, id);
        } else {
            Message envelope = Samples.message(random.nextLong(), 0, random.nextInt(100));
            assertThat(spool.blocking().updateEnvelope(id, envelope.envelope())).isTrue();
            Message updated = expected.computeIfPresent(id, (key, old) -> old.withEnvelope(envelope.envelope()));
            assertHolds(spool, id, java.util.Objects.requireNonNull(updated));
        }
    }

    /** Removes all but every {@code nth} message; the ids that are gone. */
    private static List<SpoolId> thinOut(Spool spool, Map<SpoolId, Message> stored, int nth) {
        List<SpoolId> removed = new ArrayList<>();
        int i = 0;
        for (SpoolId id : stored.keySet()) {
            if (i++ % nth != 0) {
                removed.add(id);
            }
        }
        assertThat(spool.removeAll(removed).join()).isEqualTo(removed.size());
        stored.keySet().removeAll(removed);
        return removed;
    }

    private static Map<SpoolId, MessageInfo> infos(Spool spool) {
        return scan(spool).values().stream().collect(Collectors.toMap(SpoolEntry.Item::id, SpoolEntry.Item::info));
    }
}
