package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any 16 bytes are an id, and the time that a host gives is kept. */
public abstract class TimeAndIdContract extends SpoolContract {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999Z",
                "2024-02-29T12:34:56.789Z",
                "1000-01-01T00:00:00.001Z",
                "9999-12-31T23:59:59.999Z"
            })
    void storedAtIsKeptToTheMillisecond(Instant time) throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10), StoreOptions.DEFAULT.withStoredAt(time))
                    .join();
            assertThat(infoOf(spool, id).storedAt()).isEqualTo(time);
        }
        try (Spool spool = open()) {
            assertThat(infoOf(spool, id).storedAt()).isEqualTo(time);
        }
    }

    @Test
    void whatIsFinerThanAMillisecondIsCutOff() throws SpoolException {
        SpoolId id = SpoolId.next();
        Instant time = Instant.parse("2024-02-29T12:34:56.789999999Z");
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10), StoreOptions.DEFAULT.withStoredAt(time))
                    .join();
            assertThat(infoOf(spool, id).storedAt()).isEqualTo(time.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    @Test
    void storedAtIsNowUnlessGiven() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            spool.store(id, Samples.message(1, 10)).join();
            Instant after = Instant.now();
            assertThat(infoOf(spool, id).storedAt()).isBetween(before, after);
        }
    }

    @Test
    void aReplaceTakesItsOwnTime() throws SpoolException {
        SpoolId id = SpoolId.next();
        Instant first = Instant.ofEpochMilli(1000);
        Instant second = Instant.ofEpochMilli(2000);
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10), StoreOptions.DEFAULT.withStoredAt(first))
                    .join();
            spool.store(id, Samples.message(1, 10), StoreOptions.DEFAULT.withStoredAt(second))
                    .join();
            assertThat(infoOf(spool, id).storedAt()).isEqualTo(second);
        }
    }

    @Test
    void anySixteenBytesAreAnId() throws SpoolException {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        for (long high : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x0123456789abcdefL}) {
            for (long low : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x0123456789abcdefL}) {
                stored.put(new SpoolId(high, low), Samples.message(high * 31 + low, 50, 5));
            }
        }
        try (Spool spool = open()) {
            spool.storeAll(stored, StoreOptions.DEFAULT).join();
            assertHolds(spool, stored);
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
        }
        try (Spool spool = open()) {
            assertHolds(spool, stored);
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
            for (SpoolId id : stored.keySet()) {
                assertThat(spool.remove(id).join()).isTrue();
                assertMissing(spool, id);
            }
        }
    }

    @Test
    void idsThatDifferInOneBitAreDifferent() throws SpoolException {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        SpoolId origin = SpoolId.next();
        for (int bit = 0; bit < 64; bit++) {
            stored.put(new SpoolId(origin.high() ^ (1L << bit), origin.low()), Samples.message(bit, 20));
            stored.put(new SpoolId(origin.high(), origin.low() ^ (1L << bit)), Samples.message(100 + bit, 20));
        }
        try (Spool spool = open()) {
            spool.storeAll(stored, StoreOptions.DEFAULT).join();
            assertHolds(spool, stored);
            assertMissing(spool, origin);
            assertMissing(spool, new SpoolId(origin.low(), origin.high()));
        }
    }
}
