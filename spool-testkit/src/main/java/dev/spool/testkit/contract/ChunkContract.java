package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that the engine splits are whole or absent like any other. */
public abstract class ChunkContract extends SpoolContract {

    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {MIB - 1, MIB, MIB + 1, 2 * MIB - 1, 2 * MIB, 2 * MIB + 1, 3 * MIB + 17, 9 * MIB})
    void largeBodiesAreLoadedNowAndAfterReopen(int size) throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, size, 1000)).join();
            assertHolds(spool, id, Samples.message(1, size, 1000));
            assertThat(infoOf(spool, id).bodyBytes()).isEqualTo(size);
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(1, size, 1000));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10})
    void bodiesAroundEveryChunkOfSmallSegmentsAreLoaded(int boundary) throws SpoolException {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        try (Spool spool = open(smallSegments())) {
            for (int size = boundary - 2; size <= boundary + 2; size++) {
                for (int times = 1; times <= 3; times++) {
                    stored.put(SpoolId.next(), Samples.message(size, times * size, times));
                }
            }
            spool.storeAll(stored, dev.spool.StoreOptions.DEFAULT).join();
            assertHolds(spool, stored);
        }
        try (Spool spool = open(smallSegments())) {
            assertHolds(spool, stored);
        }
    }

    @Test
    void partsOfABodyMayCrossChunks() throws SpoolException {
        byte[] whole = Samples.bytes(1, 3 * MIB + 1234);
        List<ByteBuffer> parts = new ArrayList<>();
        for (int at = 0, step = 1; at < whole.length; at += step, step = step * 3 + 1) {
            step = Math.min(step, whole.length - at);
            parts.add(ByteBuffer.wrap(whole, at, step));
        }
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Message.of(parts, Samples.text("parts"))).join();
            assertHolds(spool, id, Message.of(ByteBuffer.wrap(whole), Samples.text("parts")));
        }
    }

    @Test
    void largeAndSmallReplaceEachOther() throws SpoolException {
        SpoolId id = SpoolId.next();
        Message large = Samples.message(1, 4 * MIB, 9);
        Message small = Samples.message(2, 50, 5);
        try (Spool spool = open(smallSegments())) {
            for (int i = 0; i < 3; i++) {
                spool.store(id, large).join();
                assertHolds(spool, id, large);
                spool.store(id, small).join();
                assertHolds(spool, id, small);
            }
            spool.store(id, large).join();
            spool.updateEnvelope(id, Samples.text("new")).join();
            assertHolds(spool, id, large.withEnvelope(Samples.text("new")));
            assertThat(spool.stats().entries()).isEqualTo(1);
        }
        try (Spool spool = open(smallSegments())) {
            assertHolds(spool, id, large.withEnvelope(Samples.text("new")));
            assertThat(spool.remove(id).join()).isTrue();
            assertMissing(spool, id);
        }
    }

    @Test
    void aBodyLargerThanTheBytesAllowedInFlightIsStored() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open(options().toBuilder().maxInFlightBytes(64 << 10).build())) {
            spool.store(id, Samples.message(1, 2 * MIB)).join();
            assertHolds(spool, id, Samples.message(1, 2 * MIB));
            assertThat(spool.stats().inFlightBytes()).isZero();
        }
    }

    @Test
    void largeAndSmallMessagesAreStoredBesideEachOther() throws SpoolException {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        try (Spool spool = open(smallSegments())) {
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                SpoolId id = SpoolId.next();
                Message message = Samples.message(i, i % 6 == 0 ? MIB + i : 200 + i, i);
                stored.put(id, message);
                futures.add(spool.store(id, message));
            }
            futures.forEach(CompletableFuture::join);
            assertHolds(spool, stored);
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
        }
    }
}
