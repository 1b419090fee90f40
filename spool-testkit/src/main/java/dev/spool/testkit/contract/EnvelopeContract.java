package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Message;
import dev.spool.MessageInfo;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The envelope is stored with its body in one commit, and can be replaced and read without it. */
public abstract class EnvelopeContract extends SpoolContract {

    private static final int LIMIT = 64 << 10;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4096, 4097, LIMIT - 1, LIMIT})
    void envelopesUpToTheLimitAreKept(int size) throws SpoolException {
        SpoolId stored = SpoolId.next();
        SpoolId updated = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(stored, Samples.message(1, 500, size)).join();
            spool.store(updated, Samples.message(1, 500, 50)).join();
            assertThat(spool.updateEnvelope(updated, Samples.buffer(2, size)).join())
                    .isTrue();
            assertHolds(spool, stored, Samples.message(1, 500, size));
            assertHolds(spool, updated, Samples.message(1, 500, size));
        }
        try (Spool spool = open()) {
            assertHolds(spool, stored, Samples.message(1, 500, size));
            assertHolds(spool, updated, Samples.message(1, 500, size));
        }
    }

    @Test
    void anEnvelopeOverTheLimitIsRefusedBeforeAnythingIsWritten() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            int limit = spool.stats().maxEnvelopeBytes();
            assertThat(limit).isPositive().isLessThanOrEqualTo(LIMIT);
            spool.store(id, Samples.message(1, 10, limit)).join();
            assertThatThrownBy(() -> spool.store(id, Samples.message(2, 10, limit + 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> spool.updateEnvelope(id, Samples.buffer(2, limit + 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> spool.blocking().updateEnvelope(id, Samples.buffer(2, limit + 1)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertHolds(spool, id, Samples.message(1, 10, limit));
        }
    }

    @Test
    void updateLeavesTheBodyAlone() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 20_000, 10)).join();
            MessageInfo before = infoOf(spool, id);
            for (int i = 0; i < 20; i++) {
                ByteBuffer envelope = Samples.buffer(i, i * 100);
                assertThat(spool.updateEnvelope(id, envelope).join()).isTrue();
                assertHolds(spool, id, Samples.message(1, 20_000).withEnvelope(envelope));
            }
            MessageInfo after = infoOf(spool, id);
            assertThat(after.bodyBytes()).isEqualTo(before.bodyBytes());
            assertThat(after.bodyCrc()).isEqualTo(before.bodyCrc());
            assertThat(after.birthRevision()).isEqualTo(before.birthRevision());
            assertThat(after.revision()).isGreaterThan(before.revision());
            assertThat(after.envelopeBytes()).isEqualTo(1900);
            assertThat(spool.stats().liveBytes()).isEqualTo(21_900);
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(1, 20_000).withEnvelope(Samples.buffer(19, 1900)));
        }
    }

    @Test
    void updateByNothingRemovesTheEnvelopeAndKeepsTheMessage() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 100, 10)).join();
            assertThat(spool.updateEnvelope(id, ByteBuffer.allocate(0)).join()).isTrue();
            assertHolds(spool, id, Samples.message(1, 100));
            assertThat(infoOf(spool, id).envelopeBytes()).isZero();
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(1, 100));
            assertThat(infoOf(spool, id).envelopeCrc()).isZero();
            spool.updateEnvelope(id, Samples.buffer(3, 30)).join();
            assertHolds(spool, id, Samples.message(1, 100).withEnvelope(Samples.buffer(3, 30)));
        }
    }

    @Test
    void updateOfAMissingMessageIsFalseAndMakesNone() throws SpoolException {
        SpoolId removed = SpoolId.next();
        try (Spool spool = open()) {
            SpoolId never = SpoolId.next();
            assertThat(spool.updateEnvelope(never, Samples.text("a")).join()).isFalse();
            assertMissing(spool, never);
            spool.store(removed, Samples.message(1, 10, 10)).join();
            spool.remove(removed).join();
            assertThat(spool.blocking().updateEnvelope(removed, Samples.text("a")))
                    .isFalse();
            assertMissing(spool, removed);
            assertThat(scan(spool)).isEmpty();
        }
        try (Spool spool = open()) {
            assertMissing(spool, removed);
        }
    }

    @Test
    void removeAfterAnUpdateRemovesBodyAndEnvelope() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 100, 10)).join();
            spool.updateEnvelope(id, Samples.text("new")).join();
            assertThat(spool.remove(id).join()).isTrue();
        }
        try (Spool spool = open()) {
            assertMissing(spool, id);
            assertThat(spool.stats().entries()).isZero();
            assertThat(spool.stats().liveBytes()).isZero();
        }
    }

    @Test
    void bodyAndEnvelopeChangeTogether() throws Exception {
        SpoolId id = SpoolId.next();
        try (Spool spool = open();
                BackgroundWork work = new BackgroundWork()) {
            spool.store(id, Samples.message("0")).join();
            work.repeat(() -> {
                Message loaded = spool.load(id).join().orElseThrow();
                assertThat(loaded.envelope()).isEqualTo(ByteBuffer.wrap(loaded.bodyToArray()));
            });
            for (int i = 1; i <= 300 || work.rounds() < 300; i++) {
                spool.store(id, Samples.message(String.valueOf(i))).join();
            }
        }
    }

    @Test
    void aLoaderSeesEnvelopesInTheOrderOfTheirUpdates() throws Exception {
        SpoolId id = SpoolId.next();
        try (Spool spool = open();
                BackgroundWork work = new BackgroundWork()) {
            spool.store(id, Message.of(Samples.text("body"), Samples.text("0"))).join();
            int[] seen = {0};
            work.repeat(() -> {
                int version = Integer.parseInt(
                        Samples.text(spool.loadEnvelope(id).join().orElseThrow()));
                assertThat(version).isGreaterThanOrEqualTo(seen[0]);
                seen[0] = version;
            });
            for (int i = 1; i <= 300 || work.rounds() < 300; i++) {
                spool.updateEnvelope(id, Samples.text(String.valueOf(i))).join();
            }
        }
    }
}
