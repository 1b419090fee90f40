package dev.spool.file;

import dev.spool.SpoolException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A segment that compaction may empty, and what it has to know of it beforehand.
 *
 * @param descriptors of all records
 * @param killers that must outlive it
 * @param damaged whether batches or killers cannot be read, so that it must stay
 */
record Victim(Segment segment, ByteBuffer descriptors, CarriedKillers killers, boolean damaged) {

    static Victim read(SegmentFiles files, Segment segment) throws SpoolException {
        SegmentHeader header = Objects.requireNonNull(segment.header());
        SegmentContents contents = SegmentContents.read(segment, header, segment.living());
        boolean lost = contents.scan() != null && !contents.scan().lost().isEmpty();
        CarriedKillers killers = new CarriedKillers(files);
        boolean readable = killers.gather(segment, contents.descriptors());
        return new Victim(segment, contents.descriptors(), killers, lost || !readable);
    }
}
