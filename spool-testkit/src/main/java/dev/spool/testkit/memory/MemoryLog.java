package dev.spool.testkit.memory;

import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Durable;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A log over {@link LogContents}. Readers see a batch when it is published, though it is there when it is committed. */
final class MemoryLog implements LogStore {

    private final LogContents contents;
    private final long epoch;
    private final long bytesMax;
    private final @Nullable SealedLog sealedAtOpen;
    private final Map<SpoolId, StoredVersion> published;
    private final Head head;
    private final VersionReader reader;

    MemoryLog(LogContents contents, long epoch, long bytesMax) {
        this.contents = contents;
        this.bytesMax = bytesMax;
        this.epoch = epoch;
        sealedAtOpen = contents.sealed();
        contents.own(epoch);
        published = new ConcurrentHashMap<>(contents.versions());
        head = contents.head();
        reader = new VersionReader(published, () -> head);
    }

    @Override
    public CompletionStage<Durable> commit(Batch batch) {
        try {
            return CompletableFuture.completedStage(
                    new Durable(contents.commit(batch, epoch, bytesMax), batch.sync() ? 1 : 0));
        } catch (SpoolFencedException | SpoolFullException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    @Override
    public void publish(Batch batch) {
        for (BatchRecord record : batch.records()) {
            SpoolId id = record.header().id();
            published.compute(id, (key, old) -> contents.versions().get(key));
        }
    }

    @Override
    public CompletionStage<Durable> sync() {
        return CompletableFuture.completedStage(new Durable(0, 1));
    }

    @Override
    public @Nullable Current current(SpoolId id) {
        return published.get(id);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a version is what it is, not what it holds
    public boolean isCurrent(SpoolId id, @Nullable Current current) {
        return published.get(id) == current;
    }

    @Override
    public long nextRevision() {
        return contents.nextRevision();
    }

    /** Nothing here is ever in doubt, and nothing waits for a sync. */
    @Override
    public void recover(List<Batch> unsynced) {}

    @Override
    public void abandon(BatchRecord lastChunk) {
        contents.drop(lastChunk);
    }

    @Override
    public long idle() {
        return Long.MAX_VALUE;
    }

    @Override
    public @Nullable SealedLog sealedAtOpen() {
        return sealedAtOpen;
    }

    @Override
    public SealedLog seal() {
        return contents.seal();
    }

    @Override
    public void unseal() {
        contents.unseal();
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return reader.read(id, withBody);
    }

    @Override
    public LogScan scan() {
        return reader.scan();
    }

    @Override
    public Head head() {
        return head;
    }
}
