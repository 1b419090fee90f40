package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Durable;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One log of the file backend, open for writing: the hot stream's writer, the index over both streams, and what the compactor
 * asks of the committer. The methods of {@link LogStore} that write belong to the committer.
 */
final class FileLog implements LogStore {

    /** How long the last batch may stand unproven while nothing follows it. */
    private static final long PROOF_DELAY_NANOS = 100_000_000L;

    private final BackendContext context;
    private final int number;
    private final SegmentFiles files;
    private final SegmentSupply supply;
    private final LocationIndex index;
    private final MessageFinder finder;
    private final StreamWriter hot;
    private final Head head;
    private final ColdStream cold;
    private final StreamWriter coldWriter;
    private final ReentrantLock maintenanceLock = new ReentrantLock();
    private final CatalogueRecords catalogue;
    private final LostRanges lost;
    private final @Nullable SealedLog sealedAtOpen;
    private final long nextRevision;
    private final List<Segment> unnamed = new ArrayList<>();
    private volatile boolean nameNext;
    private boolean rewriting;
    private boolean unpublished;
    /** What the epoch file tells of the newest segment. */
    private NamedSegments.Newest told = NamedSegments.Newest.UNKNOWN;

    private long lastWriteNanos;
    /** The last revision written, and the last one that is durable: a sync for another reason covers what was not synced. */
    private long lastRevision;

    private long durableRevision;

    FileLog(BackendContext context, int number, LoadedLog loaded, SegmentSupply supply) {
        this.context = context;
        this.number = number;
        this.files = loaded.files();
        this.supply = supply;
        this.index = loaded.index();
        this.finder = new MessageFinder(files, index);
        this.head = loaded.head();
        this.nextRevision = loaded.nextRevision();
        this.hot = new StreamWriter(files, context.clock(), context.epoch(), loaded.nextHotBatch());
        this.catalogue = new CatalogueRecords(context, number, files, index);
        this.lost = loaded.lost();
        this.sealedAtOpen = loaded.unclean() ? null : SealedPieces.of(number, files.living(), head);
        this.coldWriter = new StreamWriter(files, context.clock(), context.epoch(), loaded.nextColdBatch());
        this.cold = new ColdStream(coldWriter, supply, number);
        this.nameNext = loaded.unclean();
    }

    ColdStream cold() {
        return cold;
    }

    /** Asks for a batch that proves the last one. Any thread. */
    void requestProof() {
        context.requestCommit(number);
    }

    /** Whether a batch has been committed since the last failure, so that everything abandoned is cut off for ever. */
    boolean cutIsDurable() {
        return !nameNext;
    }

    /**
     * Whether a record is beyond being cut off. Only such may be copied: a copy must never outlive its original in a crash. Any
     * thread.
     */
    boolean proven(long location) {
        Segment active = hot.segment();
        boolean written = active != null && active.slot() == Location.slot(location);
        Segment holder = files.inSlot(Location.slot(location));
        // Right after a failure, until there is a fresh segment, even what was synced may stand there unproven.
        boolean cutOff = holder == null
                || (holder.state() == Segment.State.CUT
                        && (active == null || Location.offset(location) >= holder.end()));
        return cutIsDurable() && !cutOff && (!written || Location.offset(location) < hot.provenEnd());
    }

    /**
     * Whether the end of a segment that was cut off is on disk. Until then a crash may void its last batches, which the next open
     * writes again: what they made dead is needed for that, so their killers must not go anywhere. Any thread.
     */
    boolean cutForGood(Segment cut) {
        Segment active = hot.segment();
        return active != null && active != cut && cutIsDurable();
    }

    /** Held while compaction copies: a seal waits for it. */
    ReentrantLock maintenanceLock() {
        return maintenanceLock;
    }

    SegmentFiles files() {
        return files;
    }

    LocationIndex index() {
        return index;
    }

    MessageFinder finder() {
        return finder;
    }

    CatalogueRecords catalogue() {
        return catalogue;
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public long nextRevision() {
        return nextRevision;
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return finder.read(id, withBody);
    }

    @Override
    public LogScan scan() {
        return new FileScan(finder::head, index, lost);
    }

    @Override
    public @Nullable Current current(SpoolId id) throws SpoolException {
        return finder.current(id);
    }

    @Override
    public boolean isCurrent(SpoolId id, @Nullable Current current) {
        FileCurrent known = (FileCurrent) current;
        if (known == null) {
            return index.get(id) == Location.NONE;
        }
        return index.get(id) == known.location() && files.stands(known.location(), known.link());
    }

    @Override
    public CompletionStage<Durable> commit(Batch batch) {
        try {
            return CompletableFuture.completedFuture(append(batch));
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Durable append(Batch batch) throws SpoolException {
        List<CatalogueRecords.Riding> riding = catalogue.riding();
        boolean rolled = roll(size(batch, riding), batch.headBefore(), purpose(batch));
        BatchBuilder builder = hot.begin();
        ByteBuffer roll = null;
        if (rolled) {
            long next = Math.max(nextRevision, batch.headBefore().revision() + 1);
            roll = files.catalogue().encode(batch.headBefore(), next);
            addRoll(builder, roll);
        }
        for (CatalogueRecords.Riding entry : riding) {
            builder.add(entry.header(), entry.payload());
        }
        for (BatchRecord entry : batch.records()) {
            place(builder, entry);
        }
        if (roll != null && rollCopies(roll.remaining()) > 1) {
            addRoll(builder, roll);
        }
        boolean sync = batch.sync() || !riding.isEmpty() || nameNext;
        Durable durable = hot.write(sync);
        lastWriteNanos = context.clock().nanoTime();
        if (!rewriting) {
            unpublished = true;
            written(batch, sync);
            if (nameNext) {
                name();
            } else if (sync) {
                tellNewest();
            }
        }
        return durable;
    }

    private void written(Batch batch, boolean synced) {
        for (BatchRecord entry : batch.records()) {
            lastRevision = Math.max(lastRevision, entry.header().revision());
        }
        if (synced) {
            durableRevision = lastRevision;
        }
    }

    private Purpose purpose(Batch batch) {
        if (rewriting) {
            return Purpose.RECOVERY;
        }
        return batch.records().isEmpty() ? Purpose.CATALOGUE : Purpose.OPERATIONS;
    }

    private static BatchSize size(Batch batch, List<CatalogueRecords.Riding> riding) {
        BatchSize size = new BatchSize();
        for (BatchRecord entry : batch.records()) {
            ByteBuffer staged = entry.staged();
            size.add(
                    entry.header().encodedBytes() + Links.RECORD_BYTES_MAX,
                    staged == null ? 0 : staged.limit() - BatchRecord.HEADROOM_BYTES);
        }
        for (CatalogueRecords.Riding entry : riding) {
            ByteBuffer payload = entry.payload();
            size.add(entry.header().encodedBytes(), payload == null ? 0 : payload.remaining());
        }
        return size;
    }

    private void addRoll(BatchBuilder builder, ByteBuffer roll) {
        builder.add(CatalogueRecords.header(FileRecord.ROLL, number, roll, Extensions.NONE), roll);
    }

    /** How often the catalogue is written at a roll: twice, so that damage to one copy costs nothing, unless it is large. */
    private int rollCopies(int catalogueBytes) {
        return catalogueBytes <= context.options().segmentBytesMax() / 8 ? 2 : 1;
    }

    /** Turns to a fresh segment, sealing the one before, if there is no room for the batch; true if it did. */
    private boolean roll(BatchSize size, Head headBefore, Purpose purpose) throws SpoolException {
        if (hot.fits(size)) {
            return false;
        }
        int catalogueBytes = files.catalogue().encode(headBefore, 0).remaining() + Catalogue.ENTRY_BYTES;
        for (int i = 0; i < rollCopies(catalogueBytes); i++) {
            size.add(RecordHeader.BYTES, catalogueBytes);
        }
        Segment fresh;
        try {
            fresh = supply.take(StreamWriter.segmentBytesFor(size), purpose);
        } catch (SpoolFullException full) {
            sealIfSparse(headBefore);
            throw full;
        }
        long previousLife = 0;
        Segment before = hot.segment();
        if (before != null) {
            previousLife = before.life();
            try {
                hot.sync();
                if (!rewriting) { // else the last ones are yet to be written again
                    durableRevision = lastRevision;
                }
                hot.seal(headBefore);
            } catch (SpoolException e) {
                supply.giveBack(fresh);
                throw e;
            }
        }
        supply.open(hot, fresh, Stream.HOT, nameNext, previousLife);
        if (nameNext) {
            fresh.awaitName();
            unnamed.add(fresh);
        }
        return true;
    }

    /** Ends the active segment early if most of it is dead, so that compaction can make room of it. */
    private void sealIfSparse(Head headBefore) throws SpoolException {
        Segment active = hot.segment();
        if (active != null && nothingAwaitsItsName() && 2 * active.liveBytes() < hot.writtenBytes()) {
            hot.sync();
            durableRevision = lastRevision;
            tellNewest();
            hot.seal(headBefore);
        }
    }

    private boolean nothingAwaitsItsName() {
        return !nameNext && !rewriting;
    }

    /** Names the segment just written to in the epoch file, so that it counts even if it is the only one that knows of itself. */
    private void name() throws SpoolException {
        writeName();
        named();
    }

    private void writeName() throws SpoolException {
        Segment active = java.util.Objects.requireNonNull(hot.segment());
        active.tryName();
        tell(active, true);
    }

    /** Tells the epoch file of the segment just written to, if it is a new one, before anything in it is acknowledged. */
    private void tellNewest() throws SpoolException {
        Segment active = java.util.Objects.requireNonNull(hot.segment());
        if (active.life() != told.life()) {
            tell(active, false);
        }
    }

    private void tell(Segment newest, boolean name) throws SpoolException {
        NamedSegments.Newest now = new NamedSegments.Newest(newest.life(), hot.durableBatch());
        try {
            context.updateNote(note -> {
                NamedSegments segments = NamedSegments.of(note).with(number, now);
                return (name ? segments.with(number, newest.life()) : segments).encode();
            });
            told = now;
        } catch (SpoolFencedException e) {
            throw e;
        } catch (SpoolException e) {
            throw new SpoolInDoubtException(
                    "naming " + newest.path() + " in the epoch file failed: " + e.getMessage(), e);
        }
    }

    private void named() {
        unnamed.forEach(Segment::named);
        unnamed.clear();
        nameNext = false;
    }

    private void place(BatchBuilder builder, BatchRecord entry) {
        RecordHeader header = entry.header();
        List<Extensions.Own> own = RecordLinks.of(entry, files);
        RecordHeader linked =
                own.isEmpty() ? header : header.with(header.extensions().withOwn(own));
        ByteBuffer staged = entry.staged();
        int offset = staged == null ? builder.add(linked, null) : builder.addStaged(linked, staged);
        Segment active = java.util.Objects.requireNonNull(hot.segment());
        entry.location(Location.of(active.slot(), offset, linked.recordBytes()));
    }

    @Override
    public void publish(Batch batch) {
        unpublished = false;
        catalogue.durable();
        for (BatchRecord entry : batch.records()) {
            publish(entry);
        }
        catalogue.published();
    }

    private void publish(BatchRecord entry) {
        RecordHeader header = entry.header();
        FileCurrent previous = (FileCurrent) entry.previous();
        if (header.type() == RecordType.REMOVE) {
            index.remove(header.id());
        } else {
            files.addLive(entry.location(), 1);
            if (header.type() != RecordType.CHUNK) {
                index.put(header.id(), entry.location());
            }
        }
        catalogue.chunk(header);
        if (previous == null) {
            return;
        }
        if (header.type() != RecordType.ENVELOPE) {
            files.dead(previous);
        } else if (previous.envelopeRecord()) {
            files.addLive(previous.location(), -1);
        }
    }

    @Override
    public CompletionStage<Durable> sync() {
        try {
            Durable durable = hot.sync();
            durableRevision = lastRevision;
            if (hot.segment() != null && !nameNext) {
                tellNewest();
            }
            return CompletableFuture.completedFuture(durable);
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The next batch goes to a fresh segment, whose first record cuts the failed one off, and which is named in the epoch file
     * before anything in it is acknowledged.
     */
    @Override
    public void recover(List<Batch> unsynced) throws SpoolException {
        if (unpublished) {
            hot.takeBack(); // written and synced, but not acknowledged: what no reader has seen is cut off as well
            unpublished = false;
        }
        hot.abandon("the commit failed");
        voidUnnamed();
        nameNext = true;
        context.wakeMaintenance();
        List<Batch> lost = unsynced.stream().filter(this::isLost).toList();
        if (lost.isEmpty()) {
            return;
        }
        UnsyncedRewrite again = new UnsyncedRewrite(files, index);
        List<Batch> rewritten = new ArrayList<>();
        for (Batch batch : lost) {
            Batch resolved = again.resolve(batch);
            rewrite(resolved, false);
            rewritten.add(resolved);
        }
        nameRewritten(() -> {
            for (int i = 0; i < lost.size(); i++) {
                again.moveReaders(lost.get(i), rewritten.get(i));
            }
        });
    }

    /** Whether a batch that had been written without a sync is not durable for another reason, such as a roll. */
    private boolean isLost(Batch batch) {
        return batch.records().stream().anyMatch(entry -> entry.header().revision() > durableRevision);
    }

    /**
     * What was written since the failure before this one counts only with the name of its last segment: without that it is void as
     * a whole, lest it comes back beside what is written in its place. A name that may have been written is taken back first.
     */
    private void voidUnnamed() throws SpoolException {
        if (unnamed.stream().anyMatch(Segment::mayBeNamed)) {
            context.updateNote(note -> note);
        }
        unnamed.forEach(supply::discard);
        unnamed.clear();
    }

    /**
     * Writes a batch again that was cut off, under its old revisions. The old one counts until {@link #nameRewritten} has been
     * called behind the last of them.
     *
     * @param fresh whether the batch is new to index and head as well
     */
    void rewrite(Batch batch, boolean fresh) throws SpoolException {
        rewriting = true;
        try {
            append(batch);
        } finally {
            rewriting = false;
        }
        if (fresh) {
            publish(batch);
            batch.records().forEach(this::advance);
        }
    }

    /** Names the segment that batches were written to again: from now on they count. */
    void nameRewritten() throws SpoolException {
        nameRewritten(() -> {});
    }

    /** @param moveReaders called once the batches count, and before anything else may rely on that */
    private void nameRewritten(Runnable moveReaders) throws SpoolException {
        Batch empty = new Batch(List.of(), true, head);
        rewrite(empty, false);
        writeName();
        moveReaders.run();
        named();
        publish(empty);
    }

    private void advance(BatchRecord entry) {
        Current previous = entry.previous();
        head.advance(entry.header(), previous != null, previous == null ? null : previous.info());
    }

    @Override
    public void abandon(BatchRecord lastChunk) {
        catalogue.abandoned(lastChunk);
    }

    @Override
    public @Nullable SealedLog sealedAtOpen() {
        return sealedAtOpen;
    }

    @Override
    public int chunkBytesMax() {
        return supply.chunkBytesMax();
    }

    @Override
    public int batchBytesMax() {
        return Math.min(4 << 20, context.options().segmentBytesMax() / 6);
    }

    @Override
    public long idle() throws SpoolException {
        boolean nothingToProve = hot.segment() == null || !hot.synced() || hot.provenBatch() == hot.durableBatch();
        if (nothingToProve || unpublished) { // what failed after its sync is to be taken back, not proven
            return Long.MAX_VALUE;
        }
        long wait = lastWriteNanos + PROOF_DELAY_NANOS - context.clock().nanoTime();
        if (wait > 0) {
            return wait;
        }
        hot.begin();
        hot.write(true);
        hot.proofWritten();
        return Long.MAX_VALUE;
    }

    @Override
    public SealedLog seal() throws SpoolException {
        maintenanceLock.lock();
        try {
            settle();
            if (nameNext) {
                commitEmpty(); // a failed batch is cut off for ever, not left to the next open
            }
            cold.seal();
            Segment active = hot.segment();
            if (active != null) {
                hot.sync();
                hot.seal(head);
                tell(active, false);
            }
            return SealedPieces.of(number, files.living(), head);
        } finally {
            maintenanceLock.unlock();
        }
    }

    /** Brings a relocation under way to its end. Committer. */
    void settle() throws SpoolException {
        catalogue.settle(this::commitEmpty);
    }

    private void commitEmpty() throws SpoolException {
        Batch empty = new Batch(List.of(), true, head);
        append(empty);
        publish(empty);
    }

    @Override
    public void unseal() {}

    /** Closes files without writing. */
    void close() throws IOException {
        hot.close();
        coldWriter.close();
        files.closeReaders();
    }
}
