package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Message;
import dev.spool.MessageInfo;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolStats;
import dev.spool.StoreOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A spool is the same after a clean close as before it. */
public abstract class ReopenContract extends SpoolContract {

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everythingAcknowledgedIsThereAfterEachReopen(int shards) throws SpoolException {
        Map<SpoolId, Message> expected = new LinkedHashMap<>();
        for (int round = 0; round < 4; round++) {
            try (Spool spool = open(smallSegments().toBuilder().shards(shards).build())) {
                assertHolds(spool, expected);
                assertThat(scan(spool).keySet()).isEqualTo(expected.keySet());
                change(spool, expected, round);
                assertHolds(spool, expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void headsCountsAndInfoAreEqualBeforeAndAfter(int shards) throws SpoolException {
        SpoolStats before;
        Map<SpoolId, MessageInfo> infos;
        try (Spool spool = open(smallSegments().toBuilder().shards(shards).build())) {
            change(spool, new LinkedHashMap<>(), 1);
            before = spool.stats();
            infos = infos(spool);
        }
        for (int i = 0; i < 2; i++) {
            try (Spool spool = open(smallSegments())) {
                SpoolStats after = spool.stats();
                assertThat(after.shards()).isEqualTo(before.shards());
                assertThat(after.entries()).isEqualTo(before.entries());
                assertThat(after.liveBytes()).isEqualTo(before.liveBytes());
                assertThat(after.storeId()).isEqualTo(before.storeId());
                assertThat(after.backend()).isEqualTo(provider().name());
                assertThat(infos(spool)).isEqualTo(infos);
            }
        }
    }

    @Test
    void anOptionThatTheBackendDoesNotKnowIsRefused() {
        SpoolOptions misspelt = options().toBuilder()
                .backendOptions(Map.of("no-such-option", "1"))
                .build();
        assertThatThrownBy(() -> open(misspelt))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-such-option");
    }

    @Test
    void theHeadChangesWithEveryMutation() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            SpoolStats.Shard last = spool.stats().shards().get(0);
            for (int i = 0; i < 3; i++) {
                spool.store(id, Samples.message(1, 10)).join();
                last = assertAdvanced(spool, last);
                spool.updateEnvelope(id, Samples.text("e")).join();
                last = assertAdvanced(spool, last);
                spool.remove(id).join();
                last = assertAdvanced(spool, last);
            }
        }
    }

    @Test
    void replaceAndUpdateKeepTheBirthRevision() throws SpoolException {
        SpoolId id = SpoolId.next();
        long birth;
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10)).join();
            birth = infoOf(spool, id).birthRevision();
            assertThat(infoOf(spool, id).revision()).isEqualTo(birth);
            spool.store(id, Samples.message(2, 20)).join();
            assertThat(infoOf(spool, id).birthRevision()).isEqualTo(birth);
            assertThat(infoOf(spool, id).revision()).isGreaterThan(birth);
        }
        try (Spool spool = open()) {
            assertThat(infoOf(spool, id).birthRevision()).isEqualTo(birth);
            spool.updateEnvelope(id, Samples.text("e")).join();
            spool.store(id, Samples.message(3, 30)).join();
            assertThat(infoOf(spool, id).birthRevision()).isEqualTo(birth);
        }
        try (Spool spool = open()) {
            assertThat(infoOf(spool, id).birthRevision()).isEqualTo(birth);
            spool.remove(id).join();
            spool.store(id, Samples.message(4, 40)).join();
            assertThat(infoOf(spool, id).birthRevision()).isGreaterThan(birth);
        }
    }

    @Test
    void revisionsOnlyIncreaseOverReopens() throws SpoolException {
        long last = -1;
        for (int i = 0; i < 5; i++) {
            try (Spool spool = open()) {
                SpoolId id = SpoolId.next();
                spool.store(id, Samples.message(i, 10)).join();
                long revision = infoOf(spool, id).revision();
                assertThat(revision).isGreaterThan(last);
                spool.remove(id).join();
                last = spool.stats().shards().get(0).revision();
                assertThat(last).isGreaterThan(revision);
            }
        }
    }

    @Test
    void shardsAreFixedWhenASpoolIsCreated() throws SpoolException {
        Map<SpoolId, Message> stored;
        try (Spool spool = open(options().toBuilder().shards(4).build())) {
            stored = storeMany(spool, 100, 100, 0);
            assertThat(spool.stats().shards()).hasSize(4);
        }
        try (Spool spool = open(options().toBuilder().shards(2).build())) {
            assertThat(spool.stats().shards()).hasSize(4);
            assertHolds(spool, stored);
        }
    }

    @Test
    void aMissingSpoolIsNotCreatedUnlessAllowed() {
        assertThatThrownBy(
                        () -> open(options().toBuilder().createIfMissing(false).build()))
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining(directory().toString());
        assertThatThrownBy(() -> provider().openReadOnly(directory(), options()).close())
                .isInstanceOf(SpoolIoException.class);
        assertThat(directory()).doesNotExist();
    }

    @Test
    void theProviderRecognisesItsSpoolsAlone() throws Exception {
        assertThat(provider().recognises(directory())).isFalse();
        Files.createDirectories(directory());
        assertThat(provider().recognises(directory())).isFalse();
        try (Spool spool = open()) {
            assertThat(spool.stats().entries()).isZero();
        }
        assertThat(provider().recognises(directory())).isTrue();
    }

    private static SpoolStats.Shard assertAdvanced(Spool spool, SpoolStats.Shard last) {
        SpoolStats.Shard now = spool.stats().shards().get(0);
        assertThat(now.revision()).isGreaterThan(last.revision());
        assertThat(now.head()).isNotEqualTo(last.head());
        return now;
    }

    private static Map<SpoolId, MessageInfo> infos(Spool spool) {
        return scan(spool).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().info()));
    }

    /** Stores, replaces, updates and removes a bit of everything. */
    private static void change(Spool spool, Map<SpoolId, Message> expected, int round) throws SpoolException {
        expected.putAll(storeMany(spool, 100, 1000 + round, 10));
        expected.putAll(storeMany(spool, 2, 300_000 + round, 0));
        Iterator<SpoolId> ids = List.copyOf(expected.keySet()).iterator();
        for (int i = 0; ids.hasNext(); i++) {
            SpoolId id = ids.next();
            if (i % 4 == 0) {
                assertThat(spool.blocking().remove(id)).isTrue();
                expected.remove(id);
            } else if (i % 4 == 1) {
                Message replacement = Samples.message(i + round, 500, 50);
                spool.blocking().store(id, replacement, StoreOptions.DEFAULT);
                expected.put(id, replacement);
            } else if (i % 4 == 2) {
                ByteBuffer envelope = Samples.buffer(i, round * 9);
                assertThat(spool.blocking().updateEnvelope(id, envelope)).isTrue();
                expected.computeIfPresent(id, (key, old) -> old.withEnvelope(envelope));
            }
        }
    }
}
