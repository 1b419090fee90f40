package dev.spool.file;

import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bytes of a log that mean something, and what they are.
 *
 * @param kind the structure, and for a message's record its state
 * @param live the live message that cannot be read when any of these bytes is damaged; null if none is concerned
 */
record FlipTarget(String kind, Path path, int from, int to, SpoolId live) {

    /** Everything in the living segments of a log but padding and the proof that nothing follows. */
    static List<FlipTarget> of(ReadOnlyContext context, Set<SpoolId> stored) throws Exception {
        LogView view = LogView.load(context, 0);
        Map<String, SpoolId> parts = parts(view);
        List<FlipTarget> targets = new ArrayList<>();
        for (Segment segment : view.loaded().files().living()) {
            new Collector(segment, parts, stored, targets).collect();
        }
        view.done();
        return targets;
    }

    /** Every record of every live message, by life and offset. */
    private static Map<String, SpoolId> parts(LogView view) throws Exception {
        Map<String, SpoolId> parts = new HashMap<>();
        LocationIndex index = view.loaded().index();
        for (int stripe = 0; stripe < index.stripes(); stripe++) {
            long[] triples = index.snapshot(stripe);
            for (int i = 0; i < triples.length; i += 3) {
                SpoolId id = new SpoolId(triples[i], triples[i + 1]);
                FileCurrent current = view.finder().current(id);
                List<Links.Link> links = new ArrayList<>(current.chunks());
                links.add(view.loaded().files().link(current.location()));
                if (current.body() != null) {
                    links.add(current.body());
                }
                links.forEach(link -> parts.put(link.life() + " " + link.offset(), id));
            }
        }
        return parts;
    }

    /** Collects what one segment holds. */
    private record Collector(
            Segment segment, Map<String, SpoolId> parts, Set<SpoolId> stored, List<FlipTarget> targets) {

        void collect() throws Exception {
            add("segment header", 0, 128, null);
            add("segment header", 2048, 2048 + 128, null);
            SegmentHeader header = segment.header();
            SegmentScanner.Result scan = SegmentScanner.scan(segment, header, segment.end(), segment.lastBatch());
            ByteBuffer bytes = ByteBuffer.allocate(segment.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
            segment.reader().read(bytes, 0);
            bytes.clear();
            Set<Integer> seen = new HashSet<>();
            for (SegmentScanner.FoundBatch batch : scan.batches()) {
                BatchHeader found = BatchHeader.decode(bytes, batch.position());
                boolean lastProof = found.records() == 0 && batch.end() == segment.end();
                if (!lastProof || segment.footer() != null) {
                    add("batch header", batch.position(), batch.position() + BatchHeader.BYTES, null);
                }
                if (found.records() > 0) {
                    int directory = batch.position() + found.directoryOffset();
                    add("directory", directory, directory + found.directoryBytes(), null);
                }
                DescriptorCursor cursor = new DescriptorCursor(batch.descriptors());
                while (cursor.next()) {
                    if (seen.add(cursor.offset())) {
                        record(cursor.descriptor());
                    }
                }
            }
            Footer footer = segment.footer();
            if (footer != null) {
                int body = footer.bodyOffset();
                add("footer", body, body + footer.headBytes() + footer.directoryBytes(), null);
                add("footer", segment.sizeBytes() - Blocks.BYTES, segment.sizeBytes() - Blocks.BYTES + 128, null);
            }
        }

        private void record(Descriptor descriptor) {
            RecordHeader header = descriptor.header();
            int start = descriptor.offset();
            int envelope = start + header.encodedBytes();
            int body = envelope + header.envelopeBytes();
            int end = start + header.recordBytes();
            if (header.type() == RecordType.REMOVE) {
                add("tombstone", start, end, null);
            } else if (header.type() == FileRecord.KILL || header.type() == FileRecord.KILLS) {
                add("killers", start, end, null);
            } else if (header.type() > RecordType.CHUNK) {
                add("catalogue", start, end, null);
            } else {
                SpoolId live = parts.get(segment.life() + " " + start);
                String state = live != null ? "live" : stored.contains(header.id()) ? "replaced" : "removed";
                add("record header, " + state, start, envelope, live);
                add("envelope, " + state, envelope, body, live);
                add("body, " + state, body, end, live);
            }
        }

        private void add(String kind, int from, int to, SpoolId live) {
            if (to > from) {
                targets.add(new FlipTarget(kind, segment.path(), from, to, live));
            }
        }
    }
}
