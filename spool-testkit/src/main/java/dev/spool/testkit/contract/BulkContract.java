package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many messages, one acknowledgement. */
public abstract class BulkContract extends SpoolContract {

    @Test
    void storeAllStoresAll() throws SpoolException {
        Map<SpoolId, Message> messages = messages(200, 500);
        Instant time = Instant.ofEpochMilli(1_234_567_890_123L);
        try (Spool spool = open()) {
            spool.storeAll(messages, StoreOptions.DEFAULT.withStoredAt(time)).join();
            assertHolds(spool, messages);
            assertThat(scan(spool).values())
                    .hasSize(200)
                    .allMatch(item -> item.storedAt().equals(time));
        }
        try (Spool spool = open()) {
            assertHolds(spool, messages);
        }
    }

    @Test
    void storeAllOfMoreThanMayBeInFlightStoresAll() throws SpoolException {
        Map<SpoolId, Message> messages = messages(100, 20_000);
        try (Spool spool = open(options().toBuilder().maxInFlightBytes(64 << 10).build())) {
            spool.blocking().storeAll(messages, StoreOptions.DEFAULT);
            assertHolds(spool, messages);
        }
    }

    @Test
    void storeAllOfNothingCompletes() throws SpoolException {
        try (Spool spool = open()) {
            spool.storeAll(Map.of(), StoreOptions.DEFAULT).join();
            assertThat(spool.stats().entries()).isZero();
        }
    }

    @Test
    void storeAllReplaces() throws SpoolException {
        Map<SpoolId, Message> messages = messages(20, 100);
        Map<SpoolId, Message> others = new LinkedHashMap<>();
        messages.keySet().forEach(id -> others.put(id, Samples.message(7, 70)));
        try (Spool spool = open()) {
            spool.storeAll(messages, StoreOptions.DEFAULT).join();
            spool.storeAll(others, StoreOptions.DEFAULT).join();
            assertHolds(spool, others);
            assertThat(spool.stats().entries()).isEqualTo(20);
        }
    }

    @Test
    void storeAllWithOneOverTheLimitStoresNone() throws SpoolException {
        Map<SpoolId, Message> messages = messages(10, 100);
        messages.put(SpoolId.next(), Samples.message(1, 1001));
        try (Spool spool = open(options().toBuilder().maxMessageBytes(1000).build())) {
            assertThatThrownBy(() -> spool.storeAll(messages, StoreOptions.DEFAULT))
                    .isInstanceOf(IllegalArgumentException.class);
            spool.store(SpoolId.next(), Samples.message(2, 10)).join();
            messages.keySet().forEach(id -> assertMissing(spool, id));
        }
    }

    @Test
    void removeAllTellsHowManyWereThere() throws SpoolException {
        Map<SpoolId, Message> messages = messages(50, 100);
        List<SpoolId> ids = new ArrayList<>(messages.keySet());
        try (Spool spool = open()) {
            spool.storeAll(messages, StoreOptions.DEFAULT).join();
            List<SpoolId> some = new ArrayList<>(ids.subList(0, 20));
            some.add(SpoolId.next());
            assertThat(spool.removeAll(some).join()).isEqualTo(20);
            assertThat(spool.removeAll(some).join()).isZero();
            assertThat(spool.removeAll(List.of()).join()).isZero();
            assertThat(scan(spool).keySet()).containsExactlyInAnyOrderElementsOf(ids.subList(20, 50));
        }
        try (Spool spool = open()) {
            assertThat(scan(spool).keySet()).containsExactlyInAnyOrderElementsOf(ids.subList(20, 50));
            assertThat(spool.blocking().removeAll(ids)).isEqualTo(30);
        }
    }

    @Test
    void removeAllOfOneIdTwiceCountsItOnce() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10)).join();
            assertThat(spool.removeAll(List.of(id, id)).join()).isEqualTo(1);
            assertMissing(spool, id);
        }
    }

    private static Map<SpoolId, Message> messages(int count, int bodyBytes) {
        Map<SpoolId, Message> messages = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            messages.put(SpoolId.next(), Samples.message(i, bodyBytes, i % 40));
        }
        return messages;
    }
}
