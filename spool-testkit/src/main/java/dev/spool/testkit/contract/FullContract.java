package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A spool that has no room refuses new messages, and lets go of what it has. */
public abstract class FullContract extends SpoolContract {

    private static final int MESSAGE_BYTES = 20_000;
    private static final long LIMIT = 16 << 20;
    private static final long TIGHT_LIMIT = (long) Math.max(2, Rounds.of(4)) << 20;

    @Test
    void aFullSpoolRefusesNewMessagesAndServesTheRest() throws SpoolException {
        try (Spool spool = open(limited())) {
            Map<SpoolId, Message> stored = fill(spool);
            assertThat(spool.stats().totalBytes()).isLessThanOrEqualTo(LIMIT);
            assertThat(spool.health().cause()).isIn(Health.Cause.FULL, Health.Cause.FULL_SOFT);
            assertThat(spool.unhealthyReason())
                    .isIn(
                            Health.Cause.FULL.publicText().orElseThrow(),
                            Health.Cause.FULL_SOFT.publicText().orElseThrow());
            assertHolds(spool, stored);
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
        }
    }

    @Test
    void everyMessageOfAFullSpoolCanBeRemovedAndThenThereIsRoom() throws SpoolException {
        try (Spool spool = open(limited())) {
            Map<SpoolId, Message> stored = fill(spool);
            for (SpoolId id : stored.keySet()) {
                assertThat(spool.remove(id).join()).isTrue();
            }
            assertThat(spool.stats().entries()).isZero();
            spool.compact().join();
            SpoolId id = SpoolId.next();
            while (isRefused(spool, id) || spool.unhealthyReason() != null) {
                Thread.onSpinWait();
            }
            assertHolds(spool, id, message(id));
        }
    }

    @Test
    void aFullSpoolOpensAgainWithEverything() throws SpoolException {
        Map<SpoolId, Message> stored;
        try (Spool spool = open(limited())) {
            stored = fill(spool);
        }
        try (Spool spool = open(limited())) {
            assertHolds(spool, stored);
            assertThat(spool.removeAll(stored.keySet()).join()).isEqualTo(stored.size());
        }
    }

    @Test
    void smallMessagesOfAFullSpoolCanBeRemovedOneByOneInAnyOrder() throws SpoolException {
        removeOneByOne(64 << 10);
    }

    @Test
    @Tag(SpoolContract.LONG)
    void soCanThoseInLargerSegments() throws SpoolException {
        removeOneByOne(256 << 10);
    }

    private void removeOneByOne(int segmentBytesMax) throws SpoolException {
        SpoolOptions tight = smallSegments().toBuilder()
                .segmentBytesMax(segmentBytesMax)
                .maxTotalBytes(TIGHT_LIMIT)
                .build();
        try (Spool spool = open(tight)) {
            List<SpoolId> stored = new ArrayList<>(fillWithSmall(spool));
            Collections.shuffle(stored, new Random(stored.size()));
            for (SpoolId id : stored) {
                assertThat(spool.blocking().remove(id)).isTrue();
                assertThat(spool.stats().totalBytes()).isLessThanOrEqualTo(TIGHT_LIMIT);
            }
            assertThat(scan(spool)).isEmpty();
            Set<SpoolId> again = new LinkedHashSet<>();
            while (again.size() < stored.size() / 2) {
                again.addAll(fillWithSmall(spool)); // refused now and then, until compaction has made room
            }
            assertThat(scan(spool).keySet()).isEqualTo(again);
        }
    }

    /** Stores messages of 300 bytes, many at once, until one is refused. */
    private static Set<SpoolId> fillWithSmall(Spool spool) {
        Set<SpoolId> stored = new LinkedHashSet<>();
        boolean refused = false;
        while (!refused) {
            Map<SpoolId, CompletableFuture<Void>> burst = new LinkedHashMap<>();
            for (int i = 0; i < 100; i++) {
                SpoolId id = SpoolId.next();
                burst.put(id, spool.store(id, Samples.message(id.low(), 300, 0)));
            }
            for (Map.Entry<SpoolId, CompletableFuture<Void>> entry : burst.entrySet()) {
                boolean kept = entry.getValue()
                        .handle((done, failure) -> failure == null)
                        .join();
                if (kept) {
                    stored.add(entry.getKey());
                }
                refused |= !kept;
            }
        }
        return stored;
    }

    private SpoolOptions limited() {
        return smallSegments().toBuilder().maxTotalBytes(LIMIT).build();
    }

    /** Stores until the spool refuses; fails if it takes more than its limit. */
    private static Map<SpoolId, Message> fill(Spool spool) throws SpoolException {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        for (SpoolId id = SpoolId.next(); !isRefused(spool, id); id = SpoolId.next()) {
            stored.put(id, message(id));
            assertThat(stored.size() * (long) MESSAGE_BYTES).isLessThanOrEqualTo(LIMIT);
        }
        assertThat(stored).isNotEmpty();
        return stored;
    }

    private static boolean isRefused(Spool spool, SpoolId id) throws SpoolException {
        try {
            spool.blocking().store(id, message(id));
            return false;
        } catch (SpoolFullException | SpoolUnhealthyException e) {
            assertThat(e.retryable()).isTrue();
            assertMissing(spool, id);
            return true;
        }
    }

    private static Message message(SpoolId id) {
        return Samples.message(id.low(), MESSAGE_BYTES, 20);
    }
}
