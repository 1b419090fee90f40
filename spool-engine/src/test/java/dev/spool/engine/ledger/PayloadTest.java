package dev.spool.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

    private static final SpoolId ID = SpoolId.parse("0190000000007000800000000000002a");

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 7, 8, 9, 15, 16, 17, 100, 4096, 1_000_003})
    void tellsItsVersionOnceItIsLongEnough(int size) {
        byte[] body = Payload.of(ID, size, 123_456_789);
        assertThat(body).hasSize(size);
        assertThat(Payload.check(ID, Message.of(body))).hasValue(123_456_789);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aShorterBodyCarriesTheLowBytesOfItsVersion(int size) {
        byte[] body = Payload.of(ID, size, 0x01020304);
        assertThat(Payload.check(ID, Message.of(body))).hasValue(0x01020304 & ((1 << (8 * size)) - 1));
    }

    @Test
    void isTheSameEveryTime() {
        assertThat(Payload.of(ID, 1000, 7)).isEqualTo(Payload.of(ID, 1000, 7));
    }

    @Test
    void differsByIdSizeAndVersion() {
        byte[] body = Payload.of(ID, 1000, 7);
        assertThat(Payload.of(ID, 1000, 8)).isNotEqualTo(body);
        assertThat(Payload.of(new SpoolId(ID.high(), ID.low() + 1), 1000, 7)).isNotEqualTo(body);
        assertThat(Arrays.copyOf(Payload.of(ID, 1001, 7), 1000)).isNotEqualTo(body);
    }

    @Test
    void everyFlippedBitIsFound() {
        byte[] body = Payload.of(ID, 70, 7);
        for (int bit = 0; bit < body.length * 8; bit++) {
            body[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(Payload.check(ID, Message.of(body)))
                    .describedAs("bit %d", bit)
                    .isEmpty();
            body[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    @Test
    void aBodyOfAnotherIdOrCutShortIsFound() {
        byte[] body = Payload.of(ID, 1000, 7);
        assertThat(Payload.check(SpoolId.next(), Message.of(body))).isEmpty();
        assertThat(Payload.check(ID, Message.of(ByteBuffer.wrap(body, 0, 999)))).isEmpty();
        assertThat(Payload.check(ID, Message.of(new byte[1000]))).isEmpty();
    }

    @Test
    void isCheckedAcrossTheBuffersOfABody() {
        byte[] body = Payload.of(ID, 1000, 7);
        List<ByteBuffer> parts =
                List.of(ByteBuffer.wrap(body, 0, 3), ByteBuffer.wrap(body, 3, 0), ByteBuffer.wrap(body, 3, 997));
        assertThat(Payload.check(ID, Message.of(parts, ByteBuffer.allocate(0)))).isEqualTo(OptionalInt.of(7));
    }

    @Test
    void doesNotCompress() {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        deflater.setInput(Payload.of(ID, 100_000, 7));
        deflater.finish();
        assertThat(deflater.deflate(new byte[200_000])).isGreaterThan(100_000);
        deflater.end();
    }
}
