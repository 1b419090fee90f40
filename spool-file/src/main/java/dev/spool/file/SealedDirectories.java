package dev.spool.file;

import dev.spool.SpoolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What sealed segments hold by their footers, read by several threads before anything is made of it. What is damaged is not among it,
 * nor what would take more memory than it may: whoever needs that reads it himself, and says so.
 */
final class SealedDirectories {

    private final Map<Long, SegmentContents> byLife = new HashMap<>();

    private SealedDirectories() {}

    /** @param bytesMax about how much to hold */
    static SealedDirectories read(SegmentFiles files, SlotSurvey survey, LogHistory history, long bytesMax)
            throws SpoolException {
        List<Segment> sealed = new ArrayList<>();
        for (Catalogue.Living entry : history.catalogue().living()) {
            Segment segment = files.inSlot(entry.slot());
            SegmentHeader header = header(survey, entry.slot());
            boolean there = segment != null && header != null && header.live() && header.life() == entry.life();
            if (there && entry.sealed() && !entry.cut() && history.contents(entry.life()) == null) {
                sealed.add(segment);
            }
        }
        AtomicLong bytesLeft = new AtomicLong(bytesMax);
        SealedDirectories directories = new SealedDirectories();
        for (Reader reader : SegmentWorkers.deal(sealed, () -> new Reader(survey, bytesLeft))) {
            directories.byLife.putAll(reader.found);
        }
        return directories;
    }

    /** Gives out what was read of a segment, once; null if nothing was. */
    @Nullable
    SegmentContents take(long life) {
        return byLife.remove(life);
    }

    private static @Nullable SegmentHeader header(SlotSurvey survey, int slot) {
        SlotSurvey.Slot at = survey.at(slot);
        return at == null ? null : at.header();
    }

    private static final class Reader implements SegmentWorkers.Worker {

        private final SlotSurvey survey;
        private final AtomicLong bytesLeft;
        private final Map<Long, SegmentContents> found = new HashMap<>();

        Reader(SlotSurvey survey, AtomicLong bytesLeft) {
            this.survey = survey;
            this.bytesLeft = bytesLeft;
        }

        @Override
        public void take(Segment segment) throws SpoolException {
            SegmentHeader header = header(survey, segment.slot());
            if (header == null || bytesLeft.get() <= 0) {
                return;
            }
            SegmentContents contents = SegmentContents.fromFooter(segment, header);
            if (contents != null) {
                bytesLeft.addAndGet(-contents.descriptors().remaining());
                found.put(header.life(), contents);
            }
        }

        @Override
        public void finish() {}
    }
}
