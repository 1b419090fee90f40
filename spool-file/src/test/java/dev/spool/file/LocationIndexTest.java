package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.SpoolId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocationIndexTest {

    private static final long PER_MESSAGE_MAX = 48;
    private static final long PER_MESSAGE_AVERAGE = 40;

    private final LocationIndex index = new LocationIndex();

    @Test
    void findsWhatWasPutAndReturnsWhatWasThere() {
        SpoolId id = SpoolId.next();
        assertThat(index.get(id)).isZero();
        assertThat(index.put(id, 7)).isZero();
        assertThat(index.put(id, -8)).isEqualTo(7);
        assertThat(index.get(id.high(), id.low())).isEqualTo(-8);
        assertThat(index.size()).isOne();
        assertThat(index.remove(id)).isEqualTo(-8);
        assertThat(index.remove(id)).isZero();
        assertThat(index.get(id)).isZero();
        assertThat(index.size()).isZero();
    }

    @Test
    void replacesOnlyWhatIsExpected() {
        SpoolId id = new SpoolId(0, 0);
        assertThat(index.replace(id, 1, 2)).isFalse();
        index.put(id, 1);
        assertThat(index.replace(id, 3, 2)).isFalse();
        assertThat(index.replace(id, 1, 2)).isTrue();
        assertThat(index.get(id)).isEqualTo(2);
    }

    @Test
    void refusesTheLocationThatMeansNone() {
        SpoolId id = SpoolId.next();
        assertThatThrownBy(() -> index.put(id, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> index.replace(id, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> index.replace(id, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(index.size()).isZero();
    }

    @Test
    void snapshotsHoldEveryIdOnceInTheSameStripe() {
        Set<SpoolId> expected = new HashSet<>();
        for (int i = 1; i <= 10_000; i++) {
            index.put(i, -i, i);
            expected.add(new SpoolId(i, -i));
        }
        for (int stripe = 0; stripe < index.stripes(); stripe++) {
            long[] entries = index.snapshot(stripe);
            for (int at = 0; at < entries.length; at += 3) {
                assertThat(entries[at + 2]).isEqualTo(entries[at]);
                assertThat(expected.remove(new SpoolId(entries[at], entries[at + 1])))
                        .isTrue();
            }
        }
        assertThat(expected).isEmpty();
    }

    @Test
    void anEmptyIndexIsSmall() {
        assertThat(new LocationIndex().heapBytes()).isLessThan(16 << 10);
    }

    @Test
    void memoryFollowsTheNumberOfIdsUpAndDown() {
        long sum = 0;
        int samples = 0;
        int last = 1_200_000;
        for (int i = 1; i <= last; i++) {
            put(i);
            if (i >= 100_000 && i % 10_000 == 0) {
                sum += perMessage();
                samples++;
            }
        }
        assertThat((double) sum / samples).isLessThanOrEqualTo(PER_MESSAGE_AVERAGE);
        for (int i = last; i > 0; i--) {
            if (i >= 100_000 && i % 10_000 == 0) {
                perMessage();
            }
            assertThat(index.remove(i * 0x10001L, i)).isEqualTo(i);
        }
        assertThat(index.size()).isZero();
        assertThat(index.heapBytes()).isLessThan(64 << 10);
    }

    private void put(int i) {
        index.put(i * 0x10001L, i, i);
    }

    private long perMessage() {
        long bytes = (index.heapBytes() + index.size() - 1) / index.size();
        assertThat(bytes).as("bytes a message at %d messages", index.size()).isLessThanOrEqualTo(PER_MESSAGE_MAX);
        return bytes;
    }
}
