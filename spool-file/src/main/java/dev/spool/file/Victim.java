package dev.spool.file;

import dev.spool.SpoolException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A segment that compaction may empty, and what it has to know of it beforehand.
 *
 * @param settled whether its end is beyond a crash; nothing may leave it before
 * @param descriptors of all records
 * @param copyBytes what its live messages take elsewhere, directories included, about
 * @param killers that must outlive it
 * @param killersBytes what those take elsewhere
 * @param damaged whether batches or killers cannot be read, so that it must stay
 */
record Victim(
        Segment segment,
        boolean settled,
        ByteBuffer descriptors,
        long copyBytes,
        CarriedKillers killers,
        long killersBytes,
        boolean damaged) {

    static Victim read(FileLog log, Segment segment) throws SpoolException {
        boolean settled = segment.state() != Segment.State.CUT || log.cutForGood(segment);
        SegmentHeader header = Objects.requireNonNull(segment.header());
        SegmentContents contents = SegmentContents.read(segment, header, segment.living());
        boolean lost = contents.scan() != null && !contents.scan().lost().isEmpty();
        CarriedKillers killers = new CarriedKillers(log.files());
        boolean readable = killers.gather(segment, contents.descriptors());
        return new Victim(
                segment,
                settled,
                contents.descriptors(),
                copyBytes(segment, contents.descriptors()),
                killers,
                killers.carriedBytes(),
                lost || !readable);
    }

    /** A record stands in the directory of its batch and in the footer as well: for small messages, much of what they take. */
    private static long copyBytes(Segment segment, ByteBuffer descriptors) {
        long live = segment.liveBytes();
        long records = 0;
        DescriptorCursor cursor = new DescriptorCursor(descriptors);
        while (live > 0 && cursor.next()) {
            records += cursor.paddedRecordBytes();
        }
        return live + (records == 0 ? 0 : 2L * descriptors.remaining() * live / records);
    }
}
