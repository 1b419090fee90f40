package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BatchRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the backend itself has to say in the log: which cold segments there are, which copies are dead, which segments are over.
 * Such records ride in the batches of the committer, which also points the index at the copies that compaction made.
 */
final class CatalogueRecords {

    private static final SpoolId NO_ID = new SpoolId(0, 0);
    /** A record must fit the headroom that every record is counted with. */
    private static final int LINKS_PER_KILL = 10;

    private final BackendContext context;
    private final int log;
    private final SegmentFiles files;
    private final LocationIndex index;
    private final Set<Long> unfinishedChunks = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Relocation> relocation = new AtomicReference<>();
    private final List<Links.Link> lostCopies = new ArrayList<>();
    private final List<Segment> retirable = new ArrayList<>();
    private volatile Relocation.State state = Relocation.State.RETIRED;
    /** The state whose records ride in the batch under way: a relocation handed over meanwhile is for the next one. */
    private Relocation.State underWay = Relocation.State.RETIRED;

    CatalogueRecords(BackendContext context, int log, SegmentFiles files, LocationIndex index) {
        this.context = context;
        this.log = log;
        this.files = files;
        this.index = index;
    }

    /** A record that rides in the next batch. */
    record Riding(RecordHeader header, @Nullable ByteBuffer payload) {}

    /** The header of a record of this backend. */
    static RecordHeader header(byte type, int log, @Nullable ByteBuffer payload, Extensions extensions) {
        int bytes = payload == null ? 0 : payload.remaining();
        int crc = payload == null ? 0 : RecordHeader.crc(payload, payload.position(), payload.limit());
        return new RecordHeader(type, (byte) 0, log, 0, 0, NO_ID, bytes, bytes, crc, 0, extensions);
    }

    /** Hands a relocation to the committer. Compactor; one at a time. */
    void submit(Relocation next) {
        if (!relocation.compareAndSet(null, next)) {
            throw new IllegalStateException("a relocation is under way already");
        }
        state = Relocation.State.COPIED;
        context.requestCommit(log);
    }

    /** Whether the committer still has work with a relocation. */
    boolean relocating() {
        return state != Relocation.State.RETIRED;
    }

    /** The relocation that the committer is done with, or null; taken once. Compactor. */
    @Nullable
    Relocation takeFinished() {
        return relocating() ? null : relocation.getAndSet(null);
    }

    /** Makes records dead with the next batch. Recovery. */
    void kill(List<Links.Link> links) {
        if (!links.isEmpty()) {
            relocation.set(new Relocation(List.of(), List.of(), List.of()));
            lostCopies.addAll(links);
            state = Relocation.State.SWAPPED;
        }
    }

    /** What rides in the next batch. Committer. */
    List<Riding> riding() {
        Relocation current = relocation.get();
        underWay = current == null ? Relocation.State.RETIRED : state;
        List<Riding> riding = new ArrayList<>();
        if (current != null && underWay == Relocation.State.COPIED) {
            for (Segment segment : current.segments()) {
                if (segment.stillborn()) {
                    continue;
                }
                Extensions entry =
                        Extensions.NONE.withOwn(List.of(segment.living().extension()));
                riding.add(new Riding(header(FileRecord.SEGMENT, log, null, entry), null));
            }
        } else if (underWay == Relocation.State.SWAPPED) {
            for (int from = 0; from < lostCopies.size(); from += LINKS_PER_KILL) {
                int to = Math.min(from + LINKS_PER_KILL, lostCopies.size());
                Extensions.Own dead = Links.encode(Links.TARGETS, lostCopies.subList(from, to));
                riding.add(
                        new Riding(header(FileRecord.KILL, log, null, Extensions.NONE.withOwn(List.of(dead))), null));
            }
            for (Segment victim : retirable) {
                RecordHeader retire = header(FileRecord.RETIRE, log, null, Extensions.NONE);
                riding.add(new Riding(retire.bornAt(victim.life()), null));
            }
        }
        return riding;
    }

    /** Those that {@link #riding()} returned are durable, in a batch that counts. Committer. */
    void durable() {
        Relocation current = relocation.get();
        if (current != null && underWay == Relocation.State.COPIED) {
            current.segments().forEach(Segment::list);
            state = Relocation.State.NAMED;
        } else if (underWay == Relocation.State.SWAPPED) {
            retirable.forEach(Segment::retire);
            state = Relocation.State.RETIRED;
            context.wakeMaintenance();
        }
    }

    /** The batch is visible to readers; now the copies may be. Committer. */
    void published() {
        Relocation current = relocation.get();
        if (current == null || state != Relocation.State.NAMED) {
            return;
        }
        lostCopies.clear();
        retirable.clear();
        retirable.addAll(current.victims());
        for (Relocation.Swap swap : current.swaps()) {
            if (index.replace(swap.id(), swap.original(), swap.copy())) {
                swap.copies().forEach(copy -> files.addLive(copy, 1));
                swap.dead().forEach(dead -> files.addLive(dead, -1));
            } else {
                lose(swap);
            }
        }
        current.segments().forEach(Segment::filledByCompaction);
        state = Relocation.State.SWAPPED;
        context.requestCommit(log);
    }

    /** The message was replaced or removed while it was copied: the copy is dead, and its victims are looked at again. */
    private void lose(Relocation.Swap swap) {
        lostCopies.add(files.link(swap.copy()));
        if (index.get(swap.id()) != Location.NONE) {
            swap.dead().forEach(dead -> retirable.removeIf(victim -> victim.slot() == Location.slot(dead)));
        }
    }

    /** Takes note of a committed record of a chunked message. Committer. */
    void chunk(RecordHeader header) {
        Extensions.Chunks chunks = header.extensions().chunks();
        if (chunks == null) {
            return;
        }
        if (header.type() == RecordType.CHUNK) {
            unfinishedChunks.add(chunks.firstRevision());
        } else {
            unfinishedChunks.remove(chunks.firstRevision());
        }
    }

    /** The message of these chunks will never be finished. Committer. */
    void abandoned(BatchRecord lastChunk) {
        Extensions.Chunks chunks = lastChunk.header().extensions().chunks();
        if (chunks != null) {
            unfinishedChunks.remove(chunks.firstRevision());
        }
        for (BatchRecord chunk = lastChunk; chunk != null; chunk = chunk.previousChunk()) {
            files.addLive(chunk.location(), -1);
        }
    }

    /** Whether that chunked message is still being stored. */
    boolean unfinished(long firstRevision) {
        return unfinishedChunks.contains(firstRevision);
    }

    /** A commit of an empty batch. */
    interface Step {
        void run() throws SpoolException;
    }

    /** Brings a relocation under way to its end, so that what is sealed is what readers see. Committer. */
    void settle(Step emptyBatch) throws SpoolException {
        while (relocating()) {
            emptyBatch.run();
        }
    }
}
