package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Each message that is there when a scan begins and not removed meanwhile comes exactly once, whatever else goes on. */
public abstract class ConcurrentEnumerationContract extends SpoolContract {

    private static final int SCANS = 15;

    @Test
    void besideStoresNothingIsMissedOrFoundTwice() throws Exception {
        try (Spool spool = open(smallSegments());
                BackgroundWork work = new BackgroundWork()) {
            Set<SpoolId> there = storeMany(spool, 200, 700, 20).keySet();
            Set<SpoolId> ever = ConcurrentHashMap.newKeySet();
            ever.addAll(there);
            Queue<SpoolId> passing = new ArrayDeque<>();
            work.repeat(() -> {
                SpoolId id = SpoolId.next();
                ever.add(id);
                spool.blocking().store(id, Samples.message(1, 900, 9));
                passing.add(id);
                if (passing.size() > 500) {
                    spool.blocking().remove(passing.remove());
                }
            });
            for (int i = 0; i < SCANS; i++) {
                Set<SpoolId> found = scan(spool).keySet();
                assertThat(found).containsAll(there);
                assertThat(ever).containsAll(found);
                work.rounds();
            }
        }
    }

    @Test
    void besideReplacesAndUpdatesEachMessageComesOnce() throws Exception {
        try (Spool spool = open(smallSegments());
                BackgroundWork work = new BackgroundWork()) {
            Map<SpoolId, Message> stored = storeMany(spool, 200, 700, 20);
            List<SpoolId> ids = new ArrayList<>(stored.keySet());
            AtomicLong turn = new AtomicLong();
            work.repeat(() -> {
                long next = turn.incrementAndGet();
                SpoolId id = ids.get((int) (next * 17 % ids.size()));
                spool.blocking().store(id, Samples.message(next, 800, 8));
            });
            work.repeat(() -> {
                long next = turn.incrementAndGet();
                SpoolId id = ids.get((int) (next * 13 % ids.size()));
                spool.blocking().updateEnvelope(id, Samples.buffer(next, 30));
            });
            for (int i = 0; i < SCANS || work.rounds() < 200; i++) {
                assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
                assertThat(scan(spool, EnumerateOptions.ALL.withIdsOnly()).keySet())
                        .isEqualTo(stored.keySet());
            }
        }
    }

    @Test
    void besideRemovesWhatStaysComesOnceAndWhatWasGoneNeverComes() throws Exception {
        try (Spool spool = open(smallSegments());
                BackgroundWork work = new BackgroundWork()) {
            Set<SpoolId> staying = storeMany(spool, 150, 700, 20).keySet();
            Queue<SpoolId> leaving =
                    new ConcurrentLinkedQueue<>(storeMany(spool, 400, 700, 0).keySet());
            Set<SpoolId> gone = ConcurrentHashMap.newKeySet();
            work.repeat(() -> {
                SpoolId id = leaving.poll();
                if (id == null) {
                    leaving.addAll(storeMany(spool, 100, 700, 0).keySet());
                } else {
                    spool.blocking().remove(id);
                    gone.add(id);
                }
            });
            for (int i = 0; i < SCANS || work.rounds() < 400; i++) {
                Set<SpoolId> goneBefore = Set.copyOf(gone);
                Set<SpoolId> found = scan(spool).keySet();
                assertThat(found).containsAll(staying);
                assertThat(Collections.disjoint(found, goneBefore)).isTrue();
            }
        }
    }

    @Test
    void besideCompactionEachMessageComesOnceAndLoads() throws Exception {
        try (Spool spool = open(smallSegments());
                BackgroundWork work = new BackgroundWork()) {
            Map<SpoolId, Message> stored = storeMany(spool, 400, 3000, 20);
            Iterator<SpoolId> each = List.copyOf(stored.keySet()).iterator();
            for (int i = 0; each.hasNext(); i++) {
                SpoolId id = each.next();
                if (i % 3 != 0) {
                    spool.blocking().remove(id);
                    stored.remove(id);
                }
            }
            work.repeat(() -> spool.blocking().compact());
            work.repeat(() -> {
                SpoolId passing = SpoolId.next();
                spool.blocking().store(passing, Samples.message(5, 3000));
                spool.blocking().remove(passing);
            });
            for (int i = 0; i < SCANS; i++) {
                Map<SpoolId, SpoolEntry.Item> found = scan(spool);
                assertThat(found.keySet()).containsAll(stored.keySet());
                for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
                    assertThat(found.get(entry.getKey()))
                            .isNotNull()
                            .returns(entry.getValue().envelope(), SpoolEntry.Item::envelope);
                    assertHolds(spool, entry.getKey(), entry.getValue());
                }
                work.rounds();
            }
        }
    }
}
