package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.BatchRecord;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PayloadTest {

    @Property(tries = 300)
    void partsAreTheMessageInPiecesWithTheirChecksums(
            @ForAll @Size(max = 8) List<@IntRange(max = 3000) Integer> sizes,
            @ForAll @IntRange(max = 100) int envelopeBytes,
            @ForAll @IntRange(min = 1, max = 2000) int chunkBytes) {
        Random random = new Random(sizes.hashCode());
        byte[] envelope = new byte[envelopeBytes];
        random.nextBytes(envelope);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List<ByteBuffer> body = new ArrayList<>();
        for (int size : sizes) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            whole.writeBytes(bytes);
            ByteBuffer direct = ByteBuffer.allocateDirect(size + 2).position(1);
            direct.put(bytes).flip().position(1);
            body.add(size % 2 == 0 ? ByteBuffer.wrap(bytes) : direct);
        }
        Message message = Message.of(body, ByteBuffer.wrap(envelope));
        Payload payload = new Payload(message.envelope(), message.body(), message.bodyBytes(), chunkBytes);
        Operation operation = new Operation(
                Operation.Kind.STORE,
                SpoolId.next(),
                new Operation.Terms(0, 0, 0, false, false, 0),
                new Object(),
                payload);

        ByteArrayOutputStream staged = new ByteArrayOutputStream();
        StagedPart part;
        do {
            int limit = BatchRecord.HEADROOM_BYTES + payload.nextPartBytes();
            ByteBuffer buffer = ByteBuffer.allocateDirect(limit + 7).limit(limit);
            part = payload.stage(operation, buffer);
            assertThat(buffer.position()).isZero();
            assertThat(buffer.limit()).isEqualTo(limit);
            int start = BatchRecord.HEADROOM_BYTES + part.envelopeBytes;
            assertThat(part.partBytes).isEqualTo(limit - start).isLessThanOrEqualTo(chunkBytes);
            assertThat(part.partCrc).isEqualTo(RecordHeader.crc(buffer, start, limit));
            byte[] bytes = new byte[part.partBytes];
            buffer.get(start, bytes);
            staged.writeBytes(bytes);
            if (part.last) {
                byte[] copy = new byte[envelopeBytes];
                buffer.get(BatchRecord.HEADROOM_BYTES, copy);
                assertThat(copy).isEqualTo(envelope);
            } else {
                assertThat(part.partBytes).isEqualTo(chunkBytes);
                assertThat(part.envelopeBytes).isZero();
            }
        } while (!part.last);
        assertThat(staged.toByteArray()).isEqualTo(whole.toByteArray());
        assertThat(part.bodyCrc).isEqualTo(RecordHeader.crc(ByteBuffer.wrap(whole.toByteArray()), 0, whole.size()));
        assertThat(message.body()).allMatch(view -> view.position() == 0);
    }
}
