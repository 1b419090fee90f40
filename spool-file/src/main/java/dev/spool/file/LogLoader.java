package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.Head;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from disk, writing nothing:
 *
 * <ol>
 *   <li>{@link LogHistory} finds the living segments; each is held against its header, so that a missing one, or one of an earlier
 *       life in its place, is found.
 *   <li>Each segment's end is settled: sealed by its footer or the catalogue, cut where the catalogue says so, else cut here, at
 *       its last proven batch.
 *   <li>All killers are gathered, then every record that none of them names goes into the index.
 * </ol>
 *
 * <p>An index that was read ahead spares the last step: it is changed into that of the segments that are there. The same segment is
 * one with the same header and the same footer, which holds a checksum of all that counts here; and where it was being filled, one
 * whose footer lists first what was read of it. Where anything is out of the ordinary, the log is loaded without it.
 */
final class LogLoader {

    private static final System.Logger LOG = System.getLogger(LogLoader.class.getName());

    private static final int SMALLEST_SEGMENT_BYTES = 64 << 10;

    /** Part of the heap that descriptors may take between the two times they are needed; others are read again. */
    private static final int KEPT_SHARE = 16;

    private final SegmentFiles files;
    private final SlotSurvey survey;
    private final NamedSegments named;
    private final LostRanges lost = new LostRanges();
    private final KilledRecords killed = new KilledRecords();
    private final KillListCopies killLists = new KillListCopies();
    private final List<LoadedLog.Unproven> unproven = new ArrayList<>();
    private final Map<Long, SegmentContents> kept = new ConcurrentHashMap<>();
    private final List<Links.Link> danglingCopies = new ArrayList<>();
    private final LiveParts parts;
    private final Map<Long, IndexedSegment> unchanged = new HashMap<>();
    private @Nullable PreparedIndex ahead;
    private @Nullable SealedDirectories directories;
    private long highestHotBatch;
    private long highestColdBatch;
    private long keptBytesMax = Runtime.getRuntime().maxMemory() / KEPT_SHARE;
    private long messages;
    private long liveCount;
    private long liveBytes;
    private boolean unclean;

    LogLoader(Disk disk, Path directory, int log, @Nullable UUID store, ByteBuffer note) throws SpoolException {
        this.files = new SegmentFiles(disk, directory, log);
        this.survey = SlotSurvey.of(disk, files.directory(), store);
        this.named = NamedSegments.of(note);
        this.parts = new LiveParts(files);
    }

    /** What stood in the slots when this was made. */
    SlotSurvey survey() {
        return survey;
    }

    /** Loads the log. If that fails no file stays open. */
    LoadedLog load() throws SpoolException {
        return java.util.Objects.requireNonNull(loadedOrClosed());
    }

    /** As {@link #load()}, with what was read ahead, which is void then; null if anything makes it useless, to load without it. */
    @Nullable
    LoadedLog load(PreparedIndex readAhead) throws SpoolException {
        ahead = readAhead;
        return loadedOrClosed();
    }

    private @Nullable LoadedLog loadedOrClosed() throws SpoolException {
        LoadedLog loaded = null;
        try {
            loaded = loaded();
            return loaded;
        } finally {
            if (loaded == null) {
                try {
                    files.closeReaders();
                } catch (IOException e) {
                    LOG.log(Level.WARNING, "closing files that were only read failed", e);
                }
            }
        }
    }

    private @Nullable LoadedLog loaded() throws SpoolException {
        for (SlotSurvey.Slot slot : survey.slots()) {
            SegmentHeader header = slot.header();
            files.add(slot.slot(), header != null ? header.sizeBytes() : sizeOfUnfilled(slot.fileBytes()));
            files.lastLifeAtLeast(header != null ? header.life() : 0);
        }
        LogHistory history = LogHistory.read(survey, files, named, lost);
        files.lastLifeAtLeast(history.catalogue().lastLife());
        files.lastLifeAtLeast(named.newestOf(files.log()).life());
        if (ahead == null) {
            directories = SealedDirectories.read(files, survey, history, keptBytesMax);
        }
        for (Catalogue.Living entry : history.catalogue().living()) {
            resume(entry, history);
        }
        pool();
        for (LoadedLog.Unproven batch : unproven) {
            gatherUnproven(batch.batch());
        }
        List<Segment> living = List.copyOf(files.living());
        LocationIndex index = ahead == null ? newIndex(living) : changedIndex(living, ahead);
        if (index == null) {
            return null;
        }
        unclean |=
                !danglingCopies
                        .isEmpty(); // a log may have been sealed, by a roll, before it could say that they are dead
        Head head = history.head();
        head.counted(liveCount, liveBytes);
        return new LoadedLog(
                files,
                index,
                head,
                Math.max(history.nextRevision(), head.revision()) + LoadedLog.REVISION_GAP,
                highestHotBatch + 1,
                highestColdBatch + 1,
                unclean,
                unproven,
                danglingCopies,
                lost);
    }

    /** The index that was read ahead, made that of the living segments; null if it cannot be. */
    private @Nullable LocationIndex changedIndex(List<Segment> living, PreparedIndex prepared) throws SpoolException {
        if (unclean || !lost.places().isEmpty()) {
            return null;
        }
        Map<Long, IndexedSegment> now = new HashMap<>();
        for (Segment segment : living) {
            IndexedSegment same = unchanged.get(segment.life());
            SegmentHeader header = java.util.Objects.requireNonNull(segment.header());
            IndexedSegment indexed = same != null ? same : indexed(segment, header, prepared.of(segment.life()));
            if (indexed == null) {
                return null;
            }
            now.put(segment.life(), indexed);
        }
        if (!prepared.become(now) || prepared.anyDangling()) {
            return null;
        }
        liveCount = prepared.liveCount();
        liveBytes = prepared.messageBytes();
        for (Segment segment : living) {
            segment.addLive(prepared.liveBytes(segment.life()));
        }
        for (IndexedSegment segment : now.values()) {
            for (Descriptor message : segment.chunked()) {
                if (prepared.isLive(segment, message)) {
                    parts.countChunks(message.header());
                }
            }
        }
        return prepared.index();
    }

    private @Nullable IndexedSegment indexed(Segment segment, SegmentHeader header, @Nullable IndexedSegment known)
            throws SpoolException {
        SegmentContents contents = contents(segment);
        IndexedSegment later =
                known != null && known.header().equals(header) ? known.continued(segment, contents) : null;
        return later != null ? later : IndexedSegment.of(segment, header, contents);
    }

    private LocationIndex newIndex(List<Segment> living) throws SpoolException {
        IndexBuilding building = new IndexBuilding(files, killed, this::lastUse, lost, parts);
        for (Segment segment : living) {
            gatherKillers(segment);
        }
        killLists.reportLost(lost);
        LocationIndex index = building.build(living, messages);
        danglingCopies.addAll(building.danglingCopies());
        liveCount = building.liveCount();
        liveBytes = building.liveBytes();
        return index;
    }

    /** The size to give to a file without a header: what a crash left of its making may have any length. */
    private static int sizeOfUnfilled(long fileBytes) {
        long floor = Long.highestOneBit(Math.max(1, fileBytes));
        return (int) Math.max(SMALLEST_SEGMENT_BYTES, Math.min(SlotSurvey.MAX_SEGMENT_BYTES, floor));
    }

    private void resume(Catalogue.Living entry, LogHistory history) throws SpoolException {
        SlotSurvey.Slot slot = survey.at(entry.slot());
        Segment segment = files.inSlot(entry.slot());
        if (slot == null || segment == null) {
            if (nothingCounts(entry)) {
                return;
            }
            lost.add(
                    "missing-segment",
                    files.pathOf(entry.slot()).toString(),
                    "the segment of life " + entry.life()
                            + " is missing; what it held is lost unless the file comes back");
            return;
        }
        if (slot.foreign()) {
            lost.add(
                    "missing-segment",
                    slot.path().toString(),
                    "the segment of life " + entry.life() + " is missing; in its place stands one of another store");
            return;
        }
        SegmentHeader header = slot.header();
        if (header != null && (header.life() > entry.life() || (header.life() == entry.life() && !header.live()))) {
            return; // the life is over: nothing overwrites a header but a free one, and a later life only after that
        }
        if (header != null && header.life() != entry.life()) {
            if (nothingCounts(entry)) {
                return;
            }
            lost.add(
                    "missing-segment",
                    slot.path().toString(),
                    "the segment of life " + entry.life() + " is missing; in its place stands one of life "
                            + header.life());
            return;
        }
        SegmentHeader known = header != null ? header : rebuilt(entry, segment);
        if (segment.sizeBytes() != entry.sizeBytes()) {
            segment = files.add(entry.slot(), entry.sizeBytes()); // the file may have another length, the life has not
        }
        files.resume(segment, known);
        settleEnd(segment, known, entry, history);
    }

    /**
     * Whether a segment was cut off before its first batch. Its owner may have died before the first sync, and a successor that
     * found it in the page cache listed it; then the power failed, and took its header. Nothing is lost with it.
     */
    private static boolean nothingCounts(Catalogue.Living entry) {
        return entry.cut() && entry.end() <= Blocks.BYTES;
    }

    /** A header as the catalogue knows it; the number of the first batch is that of the first one found. */
    private static SegmentHeader rebuilt(Catalogue.Living entry, Segment segment) throws SpoolException {
        SegmentHeader guess = new SegmentHeader(
                0,
                true,
                entry.stream(),
                false,
                false,
                entry.slot(),
                entry.life(),
                entry.salt(),
                new java.util.UUID(0, 0),
                0,
                entry.sizeBytes(),
                0,
                1,
                0,
                0);
        BatchHeader first = SegmentScanner.firstBatch(segment, entry.life(), entry.salt());
        return first == null ? guess : guess.of(first.log(), first.number());
    }

    private void settleEnd(Segment segment, SegmentHeader header, Catalogue.Living entry, LogHistory history)
            throws SpoolException {
        SegmentContents contents = history.contents(entry.life());
        if (contents == null || entry.cut() || entry.sealed()) {
            IndexedSegment same = entry.cut() ? null : readAhead(segment, header);
            if (same != null) {
                unchanged.put(segment.life(), same);
                Footer footer = java.util.Objects.requireNonNull(same.footer());
                segment.sealed(footer.end(), footer.lastBatch(), footer);
                settled(header, footer.lastBatch());
                return;
            }
            contents = directories == null ? null : directories.take(entry.life());
            if (contents == null) {
                contents = SegmentContents.read(segment, header, entry);
            }
        }
        SegmentScanner.Result scan = contents.scan();
        if (contents.footer() != null) {
            Footer footer = contents.footer();
            segment.sealed(footer.end(), footer.lastBatch(), footer);
        } else if (entry.sealed()) {
            segment.sealed(entry.end(), entry.lastBatch(), null);
        } else if (entry.cut()) {
            segment.cut(entry.end(), entry.lastBatch());
        } else {
            unclean = true;
            requireWhole(header, entry);
            cut(segment, java.util.Objects.requireNonNull(scan), history);
        }
        settled(header, Math.max(segment.lastBatch(), scan == null ? 0 : scan.highestBatch()));
        if (scan != null) {
            scan.lost()
                    .forEach(where -> lost.add(
                            "batch", where, "a batch that was durable once is damaged beyond its descriptors"));
        }
        keep(segment, contents);
    }

    private void settled(SegmentHeader header, long highestBatch) {
        if (header.stream() == Stream.HOT) {
            highestHotBatch = Math.max(highestHotBatch, highestBatch);
        } else {
            highestColdBatch = Math.max(highestColdBatch, highestBatch);
        }
    }

    /** The segment as it was read ahead, if it is the same; null if not. */
    private @Nullable IndexedSegment readAhead(Segment segment, SegmentHeader header) throws SpoolException {
        IndexedSegment known = ahead == null ? null : ahead.of(header.life());
        boolean same = known != null
                && known.footer() != null
                && known.header().equals(header)
                && java.util.Objects.equals(known.footer(), SegmentContents.footer(segment, header));
        return same ? known : null;
    }

    private void keep(Segment segment, SegmentContents contents) {
        long bytes = contents.descriptors().remaining();
        if (contents.scan() != null || bytes <= keptBytesMax) {
            keptBytesMax -= bytes;
            kept.put(segment.life(), contents);
        }
    }

    /** A file that was being written and has lost its end may have lost batches that nothing else tells of. */
    private void requireWhole(SegmentHeader header, Catalogue.Living entry) {
        SlotSurvey.Slot slot = java.util.Objects.requireNonNull(survey.at(entry.slot()));
        if (header.whole() && slot.fileBytes() < header.sizeBytes()) {
            lost.add(
                    "short-segment",
                    slot.path().toString(),
                    "the file has " + slot.fileBytes() + " bytes and had " + header.sizeBytes()
                            + "; what stood beyond is lost unless the file is put back");
        }
    }

    /** Cuts a segment that was being written when its owner died. */
    private void cut(Segment segment, SegmentScanner.Result scan, LogHistory history) {
        boolean newestHot = java.util.Objects.requireNonNull(segment.header()).equals(history.newestHot());
        int end = scan.provenEnd();
        long last = Math.max(scan.provenBatch(), 0);
        for (SegmentScanner.FoundBatch batch : scan.batches()) {
            if (batch.number() <= scan.provenBatch()) {
                continue;
            }
            if (newestHot) {
                unproven.add(new LoadedLog.Unproven(segment, batch));
            } else if (victimsOver(batch, history.catalogue())) {
                end = batch.end();
                last = batch.number();
            }
        }
        segment.cut(end, last);
    }

    /**
     * Whether the life of an original of any copy in this cold batch is over. Then it had been proven, and only the proof is
     * damaged: a victim is retired no earlier.
     */
    private static boolean victimsOver(SegmentScanner.FoundBatch batch, Catalogue catalogue) {
        DescriptorCursor cursor = new DescriptorCursor(batch.descriptors());
        while (cursor.next()) {
            Descriptor descriptor = cursor.descriptor();
            if (descriptor == null) {
                continue;
            }
            RecordHeader header = descriptor.header();
            if (header.type() == FileRecord.KILLS && catalogue.of(header.birthRevision()) == null) {
                return true;
            }
            for (Links.Link origin : Links.targets(header.extensions())) {
                if (catalogue.of(origin.life()) == null) {
                    return true;
                }
            }
        }
        return false;
    }

    private void pool() {
        for (SlotSurvey.Slot slot : survey.slots()) {
            Segment segment = files.inSlot(slot.slot());
            if (segment == null || segment.header() != null || slot.foreign()) {
                continue; // what is another store's is not ours to overwrite
            }
            SegmentHeader header = slot.header();
            boolean filled = header != null && !header.live() && slot.fileBytes() >= segment.sizeBytes();
            if (filled) {
                files.addReady(segment);
            } else {
                files.addUnfilled(segment);
            }
        }
    }

    private ByteBuffer descriptors(Segment segment) throws SpoolException {
        return contents(segment).descriptors();
    }

    private DescriptorCursor lastUse(Segment segment) throws SpoolException {
        ByteBuffer descriptors = descriptors(segment);
        kept.remove(segment.life());
        return new DescriptorCursor(descriptors);
    }

    /** The descriptors that count in a segment: all up to its end. */
    private SegmentContents contents(Segment segment) throws SpoolException {
        SegmentHeader header = java.util.Objects.requireNonNull(segment.header());
        SegmentContents contents = kept.get(segment.life());
        if (contents == null) {
            contents = SegmentContents.read(segment, header, segment.living());
        }
        SegmentScanner.Result scan = contents.scan();
        if (scan == null) {
            return contents;
        }
        int end = segment.end();
        return new SegmentContents(
                SegmentContents.concatenated(scan.batches().stream()
                        .filter(batch -> batch.end() <= end)
                        .toList()),
                null,
                null,
                null);
    }

    private void gatherKillers(Segment segment) throws SpoolException {
        DescriptorCursor cursor = new DescriptorCursor(descriptors(segment));
        while (cursor.next()) {
            messages += IndexedSegment.isMessage(cursor) ? 1 : 0;
            if (cursor.type() == FileRecord.KILLS) {
                ByteBuffer payload = LogHistory.payload(segment, cursor);
                KillList list = payload == null ? null : KillList.decode(payload);
                killLists.found(segment, cursor, list != null);
                if (list == null) {
                    continue;
                }
                for (int offset : list.offsets()) {
                    killed.add(list.life(), offset, list.byCopy());
                }
            } else if (cursor.hasLinks()) {
                Descriptor descriptor = cursor.descriptor();
                if (descriptor != null) {
                    gather(descriptor.header());
                }
            }
        }
    }

    /** Copies that an unproven batch says are dead: so they are, and recovery says it again. */
    private void gatherUnproven(SegmentScanner.FoundBatch batch) {
        DescriptorCursor cursor = new DescriptorCursor(batch.descriptors());
        while (cursor.next()) {
            Descriptor descriptor = cursor.type() == FileRecord.KILL ? cursor.descriptor() : null;
            if (descriptor != null) {
                gather(descriptor.header());
                danglingCopies.addAll(Links.targets(descriptor.header().extensions()));
            }
        }
    }

    private void gather(RecordHeader header) {
        IndexedSegment.killers(header, killed::add);
    }
}
