package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.MessageInfo;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCacheTest {

    private final SpoolId id = SpoolId.next();

    private static StoredMessage message(int bytes) {
        MessageInfo info = new MessageInfo(1, 1, bytes, 0, 0, 0, Instant.EPOCH);
        return new StoredMessage(info, ByteBuffer.allocate(0), List.of(ByteBuffer.allocate(bytes)));
    }

    @Test
    void aLoadThatOverlappedWithAChangeIsNotKept() throws SpoolException {
        Harness harness = Harness.stepped();
        MessageCache cache = new MessageCache(1 << 20, false);
        long before = cache.stamp(id);
        cache.loaded(id, message(10), before);
        assertThat(cache.get(id)).isNotNull();
        harness.spool().blocking().store(id, Harness.message(id, 10));
        harness.spool().blocking().store(id, Harness.message(id, 20));
        List<BatchRecord> change = harness.log().batches.get(1).records();
        cache.changing(change);
        assertThat(cache.get(id)).isNull();
        cache.loaded(id, message(10), before);
        assertThat(cache.get(id)).isNull();
        long during = cache.stamp(id);
        cache.loaded(id, message(10), during);
        assertThat(cache.get(id)).isNull();
        cache.changed(change);
        cache.loaded(id, message(10), during);
        assertThat(cache.get(id)).isNull();
        cache.loaded(id, message(20), cache.stamp(id));
        assertThat(cache.get(id)).isNotNull();
    }

    @Test
    void whatTheLogShowsIsNotHiddenByWhatWasReadBefore() throws SpoolException {
        Harness harness = Harness.stepped();
        ByteBuffer envelope = ByteBuffer.wrap(new byte[] {1});
        harness.spool().blocking().store(id, Harness.message(id, 100));
        assertThat(harness.holds(id, Harness.message(id, 100))).isTrue();
        List<Boolean> shown = new ArrayList<>();
        harness.log().afterPublish = () -> {
            try {
                shown.add(harness.spool()
                        .blocking()
                        .loadEnvelope(id)
                        .orElseThrow()
                        .equals(envelope));
            } catch (SpoolException e) {
                throw new AssertionError(e);
            }
        };
        harness.spool().blocking().updateEnvelope(id, envelope);
        assertThat(shown).containsExactly(true);
    }

    @Test
    void itIsBoundedInBytes() {
        MessageCache cache = new MessageCache(1 << 20, false);
        for (int i = 0; i < 1000; i++) {
            SpoolId one = SpoolId.next();
            cache.loaded(one, message(10_000), cache.stamp(one));
        }
        assertThat(cache.bytes()).isBetween(500_000L, 1L << 20);
        SpoolId large = SpoolId.next();
        cache.loaded(large, message(1 << 19), cache.stamp(large));
        assertThat(cache.get(large)).isNull();
        assertThat(cache.clear()).isPositive();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void loadsAreServedFromItUntilTheMessageChanges() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().blocking().store(id, Harness.message(id, 100));
        assertThat(harness.holds(id, Harness.message(id, 100))).isTrue();
        harness.log().trouble = (what, records) -> {
            if (what.equals("read")) {
                throw new dev.spool.SpoolIoException("read again");
            }
        };
        assertThat(harness.holds(id, Harness.message(id, 100))).isTrue();
        harness.log().trouble = (what, records) -> {};
        harness.spool().blocking().updateEnvelope(id, ByteBuffer.wrap(new byte[] {1}));
        assertThat(harness.holds(id, Harness.message(id, 100).withEnvelope(ByteBuffer.wrap(new byte[] {1}))))
                .isTrue();
        harness.spool().blocking().remove(id);
        assertThat(harness.spool().blocking().load(id)).isEmpty();
    }

    @Test
    void storedMessagesAreKeptAtOnceIfThatIsAskedFor() throws SpoolException {
        Harness harness =
                Harness.stepped(SpoolOptions.builder().cacheOnStore(true).build());
        harness.spool().blocking().store(id, Harness.message(id, 100).withEnvelope(ByteBuffer.wrap(new byte[] {7, 8})));
        harness.log().trouble = (what, records) -> {
            throw new dev.spool.SpoolIoException("not from the cache");
        };
        assertThat(harness.holds(id, Harness.message(id, 100).withEnvelope(ByteBuffer.wrap(new byte[] {7, 8}))))
                .isTrue();
    }
}
