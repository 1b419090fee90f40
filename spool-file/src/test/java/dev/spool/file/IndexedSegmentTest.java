package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.engine.io.SystemDisk;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IndexedSegmentTest {

    private static final SegmentHeader HEADER =
            new SegmentHeader(0, true, Stream.HOT, false, true, 0, 7, 1, new UUID(1, 2), 1, 1 << 20, 1, 1, 0, 0);

    private static final Segment SEGMENT =
            new Segment(SystemDisk.INSTANCE, Path.of("never read"), 0, HEADER.sizeBytes());

    @Test
    void tellsWhatAKillerNamesAndWhetherItWasCopied() throws Exception {
        for (boolean copy : new boolean[] {false, true}) {
            IndexedSegment segment = indexed(killer(4096, copy));
            assertThat(segment).isNotNull();
            List<String> killed = new ArrayList<>();
            segment.killers().forEach((life, offset, byCopy) -> killed.add(life + " " + offset + " " + byCopy));
            assertThat(killed).containsExactly("3 4096 " + copy);
        }
    }

    @Test
    void isOfNoUseIfAKillerNamesAPlaceBeforeTheFile() throws Exception {
        for (int offset : new int[] {-1, -4097, Integer.MIN_VALUE}) {
            assertThat(indexed(killer(offset, false))).as("%d", offset).isNull();
            assertThat(indexed(killer(offset, true))).as("%d, by copy", offset).isNull();
        }
    }

    @Test
    void isContinuedByWhatBeginsWithIt() throws Exception {
        IndexedSegment before = indexed(killer(4096, false));
        IndexedSegment later = before.continued(SEGMENT, contents(killer(4096, false), killer(8192, true)));
        assertThat(later).isNotNull();
        assertThat(later.continues(before)).isTrue();
        assertThat(later.messages()).isEqualTo(2);
        assertThat(later.killers().count()).isEqualTo(2);
        assertThat(later.addedKillers().count()).isEqualTo(1);
        assertThat(later.startBytes()).isEqualTo(before.descriptors(null).remaining());
    }

    @Test
    void isNotContinuedByAnythingElse() throws Exception {
        IndexedSegment before = indexed(killer(4096, false));
        assertThat(before.continued(SEGMENT, contents())).isNull();
        assertThat(before.continued(SEGMENT, contents(killer(8192, false)))).isNull();
        assertThat(before.continued(SEGMENT, contents(killer(8192, false), killer(4096, false))))
                .isNull();
        assertThat(before.continued(SEGMENT, contents(killer(4096, false), killer(-1, false))))
                .as("damaged")
                .isNull();
    }

    private static IndexedSegment indexed(RecordHeader header) throws Exception {
        return IndexedSegment.of(SEGMENT, HEADER, contents(header));
    }

    private static SegmentContents contents(RecordHeader... headers) {
        ByteBuffer descriptors = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        for (RecordHeader header : headers) {
            descriptors.putInt(Blocks.BYTES).putInt(0);
            header.encode(descriptors);
        }
        return new SegmentContents(descriptors.flip(), null, null, null);
    }

    private static RecordHeader killer(int offset, boolean copy) {
        Extensions target =
                Extensions.NONE.withOwn(List.of(Links.encode(Links.TARGETS, List.of(new Links.Link(3, offset, 100)))));
        RecordHeader header =
                new RecordHeader(RecordType.PUT, (byte) 0, 0, 5, 5, new SpoolId(1, 2), 0, 0, 0, 0, target);
        return copy ? header.relocated() : header;
    }
}
