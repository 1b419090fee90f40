package dev.spool.file;

import dev.spool.SpoolIoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment batch by batch, and decides what is torn and what is corrupt.
 *
 * <ol>
 *   <li>Every block is looked at for a batch header of this life, be it in its place or not. The highest durable number among
 *       them, and what the caller knows (a footer, the catalogue, a later segment), is the evidence: all batches up to that
 *       number were durable once.
 *   <li>The batches are walked in order. One that does not check out ends the walk if nothing proves it: a torn tail, never
 *       acknowledged. If it is proven, it is damage: what descriptors are left of it are salvaged, and the walk goes on behind it.
 *   <li>Valid batches beyond the evidence are returned as unproven; whether they count is for recovery to say.
 * </ol>
 *
 * <p>An I/O error while reading is never taken for the end of the log.
 */
final class SegmentScanner {

    private final Segment segment;
    private final SegmentHeader header;
    private final ByteBuffer bytes;
    private final BatchVerifier verifier;
    private final int limit;
    private final List<FoundBatch> batches = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    /** Where headers of this life stand that are not in their place, by the place they were written to. */
    private final Map<Integer, Integer> misplaced = new HashMap<>();

    private long evidence;
    private long highestBatch;
    /** End of the last batch whose header was found, in its place or not. */
    private int writtenEnd;

    private int end = Blocks.BYTES;
    private boolean torn;

    private SegmentScanner(Segment segment, SegmentHeader header, ByteBuffer bytes, int limit, long evidence) {
        this.segment = segment;
        this.header = header;
        this.bytes = bytes;
        this.verifier = new BatchVerifier(bytes, 0);
        this.limit = limit;
        this.evidence = evidence;
    }

    /**
     * A batch as found.
     *
     * @param number its number; of a salvaged region the first that is missing
     * @param descriptors of its records, all of them or what could be salvaged
     * @param damaged whether anything of it did not check out
     */
    record FoundBatch(long number, int position, int totalBytes, ByteBuffer descriptors, boolean damaged) {

        int end() {
            return position + totalBytes;
        }
    }

    /**
     * What a segment holds.
     *
     * @param provenBatch the highest batch that evidence proves, or one less than the first
     * @param end behind the last valid batch
     * @param highestBatch the highest number seen in any header of this life
     * @param torn whether something of this life stands behind them that was never finished, or never acknowledged
     * @param lost places of which not even the descriptors are left
     */
    record Result(
            List<FoundBatch> batches, long provenBatch, int end, long highestBatch, boolean torn, List<String> lost) {

        int provenEnd() {
            int provenEnd = Blocks.BYTES;
            for (FoundBatch batch : batches) {
                provenEnd = batch.number() <= provenBatch ? batch.end() : provenEnd;
            }
            return provenEnd;
        }
    }

    /**
     * Scans a segment.
     *
     * @param limit where its batches are known to end, or the file's size
     * @param evidence a batch number up to which all are known to have been durable; 0 if nothing is known
     */
    static Result scan(Segment segment, SegmentHeader header, int limit, long evidence) throws SpoolIoException {
        ByteBuffer before = null;
        while (true) {
            ByteBuffer bytes = read(segment, Math.min(limit, segment.sizeBytes()));
            SegmentScanner scanner = new SegmentScanner(segment, header, bytes, bytes.limit(), evidence);
            scanner.gatherEvidence();
            scanner.walk();
            // Beside a living owner a batch may be read half written, and the proof of it whole. Damage reads the same
            // again.
            if (!scanner.damaged() || bytes.equals(before)) {
                return new Result(
                        scanner.batches,
                        Math.max(scanner.evidence, header.firstBatch() - 1),
                        scanner.end,
                        scanner.highestBatch,
                        scanner.torn,
                        scanner.lost);
            }
            before = bytes;
        }
    }

    private static ByteBuffer read(Segment segment, int length) throws SpoolIoException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        segment.readStructure(bytes, 0);
        return bytes.position(0).order(ByteOrder.LITTLE_ENDIAN);
    }

    private boolean damaged() {
        return batches.stream().anyMatch(FoundBatch::damaged);
    }

    /** The first batch header of that life in the file; null if there is none. */
    static @Nullable BatchHeader firstBatch(Segment segment, long life, long salt) throws SpoolIoException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        try {
            for (int at = Blocks.BYTES; at < segment.sizeBytes(); at += Blocks.BYTES) {
                segment.reader().read(block.clear(), at);
                BatchHeader batch = BatchHeader.decode(block.flip(), 0);
                if (batch != null && batch.life() == life && batch.salt() == salt && batch.position() == at) {
                    return batch;
                }
            }
            return null;
        } catch (IOException e) {
            throw new SpoolIoException("reading " + segment.path() + " failed: " + e.getMessage(), e);
        }
    }

    private @Nullable BatchHeader headerAt(int at) {
        BatchHeader batch = BatchHeader.decode(bytes, at);
        return batch != null && batch.belongsTo(header, at) ? batch : null;
    }

    /** A header in the wrong place, as where two blocks were swapped, was written in this life all the same, and tells the truth. */
    private void gatherEvidence() {
        highestBatch = header.firstBatch() - 1;
        for (int at = Blocks.BYTES; at + BatchHeader.BYTES <= limit; at += Blocks.BYTES) {
            BatchHeader batch = BatchHeader.decode(bytes, at);
            if (batch != null && batch.belongsTo(header, batch.position())) {
                evidence = Math.max(evidence, batch.durableNumber());
                highestBatch = Math.max(highestBatch, batch.number());
                writtenEnd = Math.max(writtenEnd, batch.position() + batch.totalBytes());
                if (batch.position() != at) {
                    misplaced.put(batch.position(), at);
                }
            }
        }
    }

    private void walk() {
        int at = Blocks.BYTES;
        long expected = header.firstBatch();
        while (at + BatchHeader.BYTES <= limit) {
            BatchHeader batch = headerAt(at);
            if (batch == null || batch.number() != expected || at + batch.totalBytes() > limit) {
                if (expected > evidence) {
                    torn = batch != null || following(at, expected) != null;
                    return;
                }
                BatchHeader elsewhere = misplaced(at, expected);
                BatchHeader following = elsewhere != null ? null : following(at, expected);
                int regionEnd = elsewhere != null
                        ? at + elsewhere.totalBytes()
                        : following == null ? endOfWritten(at) : following.position();
                long next = elsewhere != null ? expected + 1 : following == null ? evidence + 1 : following.number();
                salvage(at, regionEnd, expected, elsewhere, next - expected);
                expected = next;
                at = regionEnd;
            } else {
                if (verifier.valid(batch, at)) {
                    batches.add(new FoundBatch(expected, at, batch.totalBytes(), verifier.directory(batch, at), false));
                } else if (expected > evidence) {
                    torn = true;
                    return;
                } else {
                    salvage(at, at + batch.totalBytes(), expected, batch, 1);
                }
                expected++;
                at += batch.totalBytes();
            }
            end = at;
        }
    }

    /**
     * Where a region ends behind which nothing stands in its place: with the last batch that was durable, if its header was found
     * or a later one, since what is behind that may be of an earlier life.
     */
    private int endOfWritten(int at) {
        return writtenEnd > at && highestBatch >= evidence ? Math.min(writtenEnd, limit) : limit;
    }

    /** The header of the batch of that number that was written to that place and stands in another; null if there is none. */
    private @Nullable BatchHeader misplaced(int position, long number) {
        Integer at = misplaced.get(position);
        BatchHeader batch = at == null ? null : BatchHeader.decode(bytes, at);
        boolean fits = batch != null && batch.number() == number && position + (long) batch.totalBytes() <= limit;
        return fits ? batch : null;
    }

    /** Where the first block of a damaged region stands, which may be its place although its header is damaged. */
    private int firstBlock(int from, int to, @Nullable BatchHeader batch) {
        if (headerAt(from) != null) {
            return from;
        }
        if (batch != null) {
            return misplaced.getOrDefault(from, Salvage.NOWHERE);
        }
        boolean empty = to - from == Blocks.BYTES; // a batch with records takes two blocks
        return empty || BatchHeader.decode(bytes, from) != null ? Salvage.NOWHERE : from;
    }

    private @Nullable BatchHeader following(int from, long after) {
        for (int at = from + Blocks.BYTES; at + BatchHeader.BYTES <= limit; at += Blocks.BYTES) {
            BatchHeader batch = headerAt(at);
            if (batch != null && batch.number() > after) {
                return batch;
            }
        }
        return null;
    }

    /**
     * Gathers the descriptors that are left of a damaged region: from an intact directory; else from directories recognised by
     * their entries' own checksums, and from the records themselves. Of several batches nobody can tell whether that was all.
     */
    private void salvage(int from, int to, long number, @Nullable BatchHeader batch, long missing) {
        ByteBuffer descriptors;
        if (batch != null && batch.records() > 0 && verifier.directoryIntact(batch, from)) {
            descriptors = verifier.directory(batch, from);
        } else {
            Salvage salvage = new Salvage(bytes, from, to, batch, firstBlock(from, to, batch));
            descriptors = salvage.descriptors();
            if (!salvage.seamless() || missing > 1) {
                lost.add(segment.at(from));
            }
        }
        batches.add(new FoundBatch(number, from, to - from, descriptors, true));
    }
}
