package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolScan;
import dev.spool.StoreOptions;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What a scan of a quiet spool returns. {@link ConcurrentEnumerationContract} has the busy one. */
public abstract class EnumerationContract extends SpoolContract {

    @Test
    void anEmptySpoolHasNoEntries() throws SpoolException {
        try (Spool spool = open();
                SpoolScan scan = spool.enumerate()) {
            assertThat(scan.hasNext()).isFalse();
            assertThat(scan.report()).isEqualTo(new ScanReport(0, 0, true, ""));
            assertThatThrownBy(scan::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void everyMessageComesOnceAsItWasStored() throws SpoolException {
        Map<SpoolId, Message> stored;
        try (Spool spool = open(smallSegments())) {
            stored = storeMany(spool, 300, 1500, 40);
            stored.putAll(storeMany(spool, 3, 500_000, 0));
            assertReturned(scan(spool), stored);
        }
        try (Spool spool = open(smallSegments())) {
            assertReturned(scan(spool), stored);
        }
    }

    @Test
    void idsOnlyLeavesEnvelopesOutAndTellsTheirSizes() throws SpoolException {
        try (Spool spool = open()) {
            Map<SpoolId, Message> stored = storeMany(spool, 10, 100, 33);
            Map<SpoolId, SpoolEntry.Item> items = scan(spool, EnumerateOptions.ALL.withIdsOnly());
            assertThat(items.keySet()).isEqualTo(stored.keySet());
            assertThat(items.values()).allMatch(item -> !item.envelope().hasRemaining());
            assertThat(items.values()).allMatch(item -> item.envelopeBytes() == 33 && item.bodyBytes() == 100);
        }
    }

    @Test
    void storedBeforeLeavesOutWhatWasStoredThenOrLater() throws SpoolException {
        Instant noon = Instant.parse("2024-02-29T12:00:00Z");
        SpoolId before = SpoolId.next();
        SpoolId at = SpoolId.next();
        SpoolId after = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(before, Samples.message(1, 10), StoreOptions.DEFAULT.withStoredAt(noon.minusMillis(1)))
                    .join();
            spool.store(at, Samples.message(2, 10), StoreOptions.DEFAULT.withStoredAt(noon))
                    .join();
            spool.store(after, Samples.message(3, 10), StoreOptions.DEFAULT.withStoredAt(noon.plusMillis(1)))
                    .join();
        }
        try (Spool spool = open()) {
            assertThat(scan(spool, EnumerateOptions.ALL.withStoredBefore(noon)).keySet())
                    .containsExactly(before);
            assertThat(scan(spool, EnumerateOptions.ALL.withStoredBefore(noon.plusMillis(1)))
                            .keySet())
                    .containsExactlyInAnyOrder(before, at);
            assertThat(scan(spool, EnumerateOptions.ALL.withStoredBefore(noon).withPresentAtOpenOnly())
                            .keySet())
                    .containsExactly(before);
        }
    }

    @Test
    void presentAtOpenOnlyGoesByBirthAndNotByLastChange() throws SpoolException {
        SpoolId untouched = SpoolId.next();
        SpoolId replaced = SpoolId.next();
        SpoolId updated = SpoolId.next();
        SpoolId removed = SpoolId.next();
        SpoolId reborn = SpoolId.next();
        EnumerateOptions presentAtOpen = EnumerateOptions.ALL.withPresentAtOpenOnly();
        try (Spool spool = open()) {
            for (SpoolId id : Set.of(untouched, replaced, updated, removed, reborn)) {
                spool.store(id, Samples.message(1, 100, 10)).join();
            }
            assertThat(scan(spool, presentAtOpen)).isEmpty();
        }
        try (Spool spool = open()) {
            spool.store(replaced, Samples.message(2, 200)).join();
            spool.updateEnvelope(updated, Samples.text("new")).join();
            spool.removeAll(Set.of(removed, reborn)).join();
            spool.store(reborn, Samples.message(3, 300)).join();
            spool.store(SpoolId.next(), Samples.message(4, 400)).join();
            assertThat(scan(spool, presentAtOpen).keySet()).containsExactlyInAnyOrder(untouched, replaced, updated);
            assertThat(scan(spool)).hasSize(5);
        }
        try (Spool spool = open()) {
            assertThat(scan(spool, presentAtOpen)).hasSize(5);
        }
    }

    @Test
    void presentAtOpenOnlyDoesNotGoByTheClock() throws SpoolException {
        SpoolId old = SpoolId.next();
        SpoolId young = SpoolId.next();
        Instant now = Instant.now();
        try (Spool spool = open()) {
            spool.store(old, Samples.message(1, 10), StoreOptions.DEFAULT.withStoredAt(now.plusSeconds(86_400)))
                    .join();
        }
        try (Spool spool = open()) {
            spool.store(young, Samples.message(2, 10), StoreOptions.DEFAULT.withStoredAt(now.minusSeconds(86_400)))
                    .join();
            assertThat(scan(spool, EnumerateOptions.ALL.withPresentAtOpenOnly()).keySet())
                    .containsExactly(old);
        }
    }

    @Test
    void anItemLoadsItsMessageAsItIsNow() throws SpoolException {
        try (Spool spool = open()) {
            SpoolId id = SpoolId.next();
            spool.store(id, Samples.message(1, 100, 10)).join();
            try (SpoolScan scan = spool.enumerate()) {
                SpoolEntry.Item item = (SpoolEntry.Item) scan.next();
                assertSame(id, item.message().orElseThrow(), Samples.message(1, 100, 10));
                spool.store(id, Samples.message(2, 200, 20)).join();
                assertSame(id, item.message().orElseThrow(), Samples.message(2, 200, 20));
                spool.remove(id).join();
                assertThat(item.message()).isEmpty();
            }
        }
    }

    @Test
    void aScanClosedBeforeItsEndReportsItselfAsNotComplete() throws SpoolException {
        try (Spool spool = open()) {
            storeMany(spool, 20, 100, 0);
            SpoolScan scan = spool.enumerate();
            scan.next();
            scan.next();
            scan.close();
            scan.close();
            assertThat(scan.report().complete()).isFalse();
            assertThat(scan.report().whyNot()).isNotEmpty();
            assertThat(scan.report().items()).isEqualTo(2);
            assertThat(scan(spool)).hasSize(20);
        }
    }

    @Test
    void hasNextMayBeAskedAgainWithoutLosingAnEntry() throws SpoolException {
        try (Spool spool = open()) {
            Map<SpoolId, Message> stored = storeMany(spool, 5, 10, 0);
            Set<SpoolId> seen = new HashSet<>();
            try (SpoolScan scan = spool.enumerate()) {
                while (scan.hasNext()) {
                    assertThat(scan.hasNext()).isTrue();
                    seen.add(((SpoolEntry.Item) scan.next()).id());
                }
                assertThat(scan.hasNext()).isFalse();
            }
            assertThat(seen).isEqualTo(stored.keySet());
        }
    }

    @Test
    void scansDoNotDisturbEachOther() throws SpoolException {
        try (Spool spool = open()) {
            Map<SpoolId, Message> stored = storeMany(spool, 30, 10, 0);
            try (SpoolScan slow = spool.enumerate()) {
                Set<SpoolId> seen = new HashSet<>();
                while (slow.hasNext()) {
                    seen.add(((SpoolEntry.Item) slow.next()).id());
                    assertThat(scan(spool)).hasSize(30);
                }
                assertThat(seen).isEqualTo(stored.keySet());
            }
        }
    }

    private static void assertReturned(Map<SpoolId, SpoolEntry.Item> items, Map<SpoolId, Message> stored)
            throws SpoolException {
        assertThat(items.keySet()).isEqualTo(stored.keySet());
        for (SpoolEntry.Item item : items.values()) {
            Message message = Objects.requireNonNull(stored.get(item.id()));
            assertThat(item.bodyBytes()).isEqualTo(message.bodyBytes());
            assertThat(item.info().bodyCrc()).isEqualTo(crc(message.bodyToArray()));
            assertThat(item.envelope()).isEqualTo(message.envelope());
            assertThat(item.envelope().isReadOnly()).isTrue();
            assertThat(item.info().envelopeCrc()).isEqualTo(crc(Samples.toArray(message.envelope())));
            assertThat(item.info().birthRevision()).isEqualTo(item.info().revision());
            assertSame(item.id(), item.message().orElseThrow(), message);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
