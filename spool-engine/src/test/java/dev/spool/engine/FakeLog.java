package dev.spool.engine;

import dev.spool.Fingerprint;
import dev.spool.MessageInfo;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Durable;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory that keeps what was committed apart from what is published, checks the rules that a committer has to follow,
 * and fails when a test says so.
 */
final class FakeLog implements LogStore {

    /** What a test wants to happen in a commit, sync or recovery; may throw, or block. */
    interface Trouble {
        void strike(String what, List<BatchRecord> records) throws SpoolException;
    }

    private final Head head = new Head();
    final Map<SpoolId, Version> published = new ConcurrentHashMap<>();
    final List<Batch> batches = new CopyOnWriteArrayList<>();
    final List<List<Batch>> recoveries = new ArrayList<>();
    final List<Long> abandoned = new ArrayList<>();
    volatile Trouble trouble = (what, records) -> {};
    volatile int syncs;
    volatile boolean sealed;
    volatile boolean failPublish;
    volatile Runnable afterPublish = () -> {};
    int chunkBytes = 1 << 20;
    int batchBytes = 4 << 20;
    long idleNanos = Long.MAX_VALUE;
    int idles;
    private long lastRevision;
    private boolean failed;
    private @Nullable Batch unpublished;

    @Override
    public int chunkBytesMax() {
        return chunkBytes;
    }

    @Override
    public int batchBytesMax() {
        return batchBytes;
    }

    @Override
    public long nextRevision() {
        return lastRevision + 1;
    }

    /** Makes nothing of a message known any more. */
    void damage(SpoolId id) {
        published.put(id, new Version(null, ByteBuffer.allocate(0), List.of()));
    }

    @Override
    public @Nullable Current current(SpoolId id) throws SpoolException {
        trouble.strike("current", List.of());
        return published.get(id);
    }

    @Override
    public boolean isCurrent(SpoolId id, @Nullable Current current) {
        return published.get(id) == current;
    }

    @Override
    public CompletionStage<Durable> commit(Batch batch) {
        require(!failed, "committed without recovering");
        require(!sealed, "committed while sealed");
        require(unpublished == null, "committed before publishing");
        require(batch.headBefore().revision() == head.revision(), "wrong head");
        check(batch);
        try {
            trouble.strike(batch.sync() ? "commit" : "write", batch.records());
        } catch (dev.spool.SpoolFullException full) {
            return CompletableFuture.failedFuture(full);
        } catch (SpoolException | RuntimeException e) {
            failed = true;
            return CompletableFuture.failedFuture(e);
        }
        // What is staged belongs to the engine again when the commit is over.
        batch.records().forEach(record -> record.location(store(record)));
        batches.add(batch);
        unpublished = batch;
        syncs += batch.sync() ? 1 : 0;
        return CompletableFuture.completedFuture(new Durable(4096, batch.sync() ? 1 : 0));
    }

    private final List<byte[]> places = new ArrayList<>();

    private long store(BatchRecord record) {
        ByteBuffer staged = record.staged();
        byte[] bytes = new byte[staged == null ? 0 : staged.limit() - BatchRecord.HEADROOM_BYTES];
        if (staged != null) {
            staged.get(BatchRecord.HEADROOM_BYTES, bytes);
        }
        places.add(bytes);
        return places.size() - 1;
    }

    private void check(Batch batch) {
        Set<SpoolId> ids = new HashSet<>();
        long bytes = 0;
        for (BatchRecord record : batch.records()) {
            RecordHeader header = record.header();
            require(ids.add(header.id()), "two operations on one message in a batch");
            require(header.revision() > lastRevision, "revision used twice");
            lastRevision = header.revision();
            bytes += record.staged() == null
                    ? BatchRecord.HEADROOM_BYTES
                    : record.staged().limit();
            if (header.type() != RecordType.CHUNK) {
                require(record.previous() == published.get(header.id()), "previous is not what is current");
            }
            ByteBuffer staged = record.staged();
            if (staged != null) {
                require(staged.capacity() >= staged.limit() + 7, "no room for padding");
                int payload = header.envelopeBytes() + header.partBytes();
                require(staged.limit() == BatchRecord.HEADROOM_BYTES + payload, "limit");
                int body = BatchRecord.HEADROOM_BYTES + header.envelopeBytes();
                if (header.type() != RecordType.ENVELOPE) {
                    require(header.partCrc() == RecordHeader.crc(staged, body, staged.limit()), "body crc");
                }
                int envelopeCrc =
                        header.envelopeBytes() == 0 ? 0 : RecordHeader.crc(staged, BatchRecord.HEADROOM_BYTES, body);
                require(header.extensions().envelopeCrc() == envelopeCrc, "envelope crc");
            }
        }
        require(batch.records().size() <= 1 || bytes <= batchBytes, "batch of " + bytes + " bytes");
    }

    @Override
    public void publish(Batch batch) {
        require(!failPublish, "publish fails");
        require(unpublished == batch, "published what was not committed");
        unpublished = null;
        for (BatchRecord record : batch.records()) {
            RecordHeader header = record.header();
            byte[] stored = places.get((int) record.location());
            ByteBuffer payload = ByteBuffer.wrap(stored);
            ByteBuffer envelope = payload.slice(0, header.envelopeBytes());
            switch (header.type()) {
                case RecordType.PUT -> {
                    LinkedList<ByteBuffer> body = new LinkedList<>();
                    body.add(payload.slice(header.envelopeBytes(), header.partBytes()));
                    int chunks = 0;
                    for (BatchRecord chunk = record.previousChunk(); chunk != null; chunk = chunk.previousChunk()) {
                        body.addFirst(ByteBuffer.wrap(places.get((int) chunk.location())));
                        chunks++;
                    }
                    if (chunks > 0) {
                        require(header.extensions().chunks().ordinal() == chunks, "chunk count");
                    }
                    published.put(header.id(), new Version(header.info(), envelope, body));
                }
                case RecordType.ENVELOPE -> {
                    Version before = published.get(header.id());
                    published.put(header.id(), new Version(header.info(), envelope, before.message.body()));
                }
                case RecordType.REMOVE -> published.remove(header.id());
                default -> {}
            }
        }
        afterPublish.run();
    }

    @Override
    public CompletionStage<Durable> sync() {
        require(!failed, "synced without recovering");
        try {
            trouble.strike("sync", List.of());
        } catch (SpoolException | RuntimeException e) {
            failed = true;
            return CompletableFuture.failedFuture(e);
        }
        syncs++;
        return CompletableFuture.completedFuture(new Durable(0, 1));
    }

    @Override
    public void recover(List<Batch> unsynced) throws SpoolException {
        trouble.strike("recover", List.of());
        recoveries.add(unsynced);
        failed = false;
    }

    @Override
    public void abandon(BatchRecord lastChunk) {
        abandoned.add(lastChunk.header().revision());
    }

    @Override
    public long idle() {
        idles++;
        return idleNanos;
    }

    @Override
    public SealedLog seal() throws SpoolException {
        trouble.strike("seal", List.of());
        require(!failed, "sealed without recovering");
        sealed = true;
        return new SealedLog(0, head.revision(), Fingerprint.of(head.digest()), List.of());
    }

    @Override
    public void unseal() throws SpoolException {
        trouble.strike("unseal", List.of());
        sealed = false;
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        trouble.strike("read", List.of());
        Version version = published.get(id);
        return version == null ? null : version.message;
    }

    @Override
    public LogScan scan() {
        Iterator<Map.Entry<SpoolId, Version>> entries = published.entrySet().iterator();
        return new LogScan() {
            @Override
            public @Nullable Entry next(boolean withEnvelope) {
                if (!entries.hasNext()) {
                    return null;
                }
                Map.Entry<SpoolId, Version> next = entries.next();
                StoredMessage message = next.getValue().message;
                return new Entry(next.getKey(), message.info(), message.envelope(), null);
            }

            @Override
            public String incompleteBecause() {
                return "";
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Head head() {
        return head;
    }

    private static void require(boolean rule, String broken) {
        if (!rule) {
            throw new AssertionError(broken);
        }
    }

    /** A version of a message. */
    static final class Version extends Current {
        final StoredMessage message;

        Version(@Nullable MessageInfo info, ByteBuffer envelope, List<ByteBuffer> body) {
            super(info);
            message = new StoredMessage(info, envelope, List.copyOf(body));
        }
    }
}
