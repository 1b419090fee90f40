package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored is loaded, whatever its size and the kind of its buffers. */
public abstract class StoringContract extends SpoolContract {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 511, 4095, 4096, 4097, 65_535, 65_536, 65_537})
    void whatIsStoredIsLoadedNowAndAfterReopen(int size) throws SpoolException {
        SpoolId bare = SpoolId.next();
        SpoolId enveloped = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(bare, Samples.message(1, size)).join();
            spool.blocking().store(enveloped, Samples.message(2, size, 100));
            assertHolds(spool, bare, Samples.message(1, size));
            assertHolds(spool, enveloped, Samples.message(2, size, 100));
        }
        try (Spool spool = open()) {
            assertHolds(spool, bare, Samples.message(1, size));
            assertHolds(spool, enveloped, Samples.message(2, size, 100));
            assertThat(spool.blocking().load(bare))
                    .hasValueSatisfying(m -> assertThat(m.bodyBytes()).isEqualTo(size));
        }
    }

    @Test
    void loadOfAMissingMessageIsEmpty() throws SpoolException {
        try (Spool spool = open()) {
            assertMissing(spool, SpoolId.next());
            spool.store(SpoolId.next(), Samples.message(1, 10)).join();
            assertMissing(spool, SpoolId.next());
            assertThat(spool.blocking().load(SpoolId.next())).isEmpty();
            assertThat(spool.blocking().loadEnvelope(SpoolId.next())).isEmpty();
        }
    }

    @Test
    void replaceGivesTheNewBodyAndEnvelope() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 5000, 300)).join();
            spool.store(id, Samples.message(2, 70, 20)).join();
            assertHolds(spool, id, Samples.message(2, 70, 20));
            assertThat(spool.stats().entries()).isEqualTo(1);
            spool.store(id, Samples.message(3, 90_000, 4000)).join();
            assertHolds(spool, id, Samples.message(3, 90_000, 4000));
            assertThat(spool.stats().liveBytes()).isEqualTo(94_000);
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(3, 90_000, 4000));
        }
    }

    @Test
    void replaceWithoutAnEnvelopeDropsTheEnvelope() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10, 10)).join();
            spool.store(id, Samples.message(2, 10)).join();
            assertHolds(spool, id, Samples.message(2, 10));
        }
    }

    @Test
    void bodyOfSeveralBuffersIsTheirConcatenation() throws SpoolException {
        byte[] whole = Samples.bytes(1, 40_000);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(10_000).put(whole, 0, 10_000).flip();
        ByteBuffer inTheMiddle = ByteBuffer.wrap(whole).position(10_000).limit(10_001);
        ByteBuffer nothing = ByteBuffer.allocate(0);
        ByteBuffer readOnly = ByteBuffer.wrap(whole, 10_001, 19_999).asReadOnlyBuffer();
        ByteBuffer sliced = ByteBuffer.wrap(whole).position(30_000).slice().order(ByteOrder.LITTLE_ENDIAN);
        Message message =
                Message.of(List.of(nothing, direct, inTheMiddle, nothing, readOnly, sliced), Samples.text("e"));
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, message).join();
            assertHolds(spool, id, Message.of(ByteBuffer.wrap(whole), Samples.text("e")));
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Message.of(ByteBuffer.wrap(whole), Samples.text("e")));
        }
    }

    @Test
    void buffersKeepTheirPositionsAndLimits() throws SpoolException {
        ByteBuffer heap = ByteBuffer.wrap(Samples.bytes(1, 100)).position(10).limit(60);
        ByteBuffer direct = ByteBuffer.allocateDirect(100).position(7).limit(77);
        ByteBuffer envelope = ByteBuffer.wrap(Samples.bytes(2, 100)).position(1).limit(99);
        try (Spool spool = open()) {
            SpoolId id = SpoolId.next();
            Message message = Message.of(List.of(heap, direct), envelope);
            spool.store(id, message).join();
            spool.updateEnvelope(id, envelope).join();
            for (ByteBuffer part : message.body()) {
                assertThat(part.position()).isZero();
            }
            assertThat(message.bodyBytes()).isEqualTo(120);
        }
        assertThat(List.of(heap.position(), heap.limit())).containsExactly(10, 60);
        assertThat(List.of(direct.position(), direct.limit())).containsExactly(7, 77);
        assertThat(List.of(envelope.position(), envelope.limit())).containsExactly(1, 99);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void buffersMayBeUsedAgainAfterCompletion(boolean cacheOnStore) throws SpoolException {
        byte[] body = Samples.bytes(1, 9000);
        byte[] envelope = Samples.bytes(2, 90);
        SpoolId id = SpoolId.next();
        try (Spool spool = open(options().toBuilder().cacheOnStore(cacheOnStore).build())) {
            spool.store(id, Message.of(ByteBuffer.wrap(body), ByteBuffer.wrap(envelope)))
                    .join();
            Arrays.fill(body, (byte) 0);
            Arrays.fill(envelope, (byte) 0);
            Message original = Message.of(Samples.buffer(1, 9000), Samples.buffer(2, 90));
            assertHolds(spool, id, original);

            byte[] update = Samples.bytes(3, 80);
            spool.updateEnvelope(id, ByteBuffer.wrap(update)).join();
            Arrays.fill(update, (byte) 0);
            assertHolds(spool, id, original.withEnvelope(Samples.buffer(3, 80)));
        }
    }

    @Test
    void loadedBuffersAreReadOnlyAndEachLoadHasItsOwnPositions() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 3000, 30)).join();
            for (int i = 0; i < 3; i++) {
                Message loaded = spool.load(id).join().orElseThrow();
                assertThat(loaded.body()).allMatch(ByteBuffer::isReadOnly);
                assertThat(loaded.envelope().isReadOnly()).isTrue();
                ByteBuffer alone = spool.loadEnvelope(id).join().orElseThrow();
                assertThat(alone.isReadOnly()).isTrue();
                alone.position(alone.limit());
                assertHolds(spool, id, Samples.message(1, 3000, 30));
            }
        }
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeAnythingIsWritten() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open(options().toBuilder().maxMessageBytes(1000).build())) {
            assertThat(spool.stats().maxMessageBytes()).isEqualTo(1000);
            spool.store(id, Samples.message(1, 1000, 500)).join();
            assertThatThrownBy(() -> spool.store(id, Samples.message(2, 1001)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> spool.blocking().store(id, Samples.message(2, 1001)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertHolds(spool, id, Samples.message(1, 1000, 500));
        }
    }
}
