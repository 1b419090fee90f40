package dev.spool.testkit.memory;

import dev.spool.Fingerprint;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.SealedLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What stands for the disk under one log: it stays when the spool is closed, and takes batches whole. */
final class LogContents {

    private final int log;
    private final Map<SpoolId, StoredVersion> versions = new ConcurrentHashMap<>();
    private final Map<Long, byte[]> chunks = new HashMap<>();
    private volatile Head head = new Head();
    private long nextRevision = 1;
    private long nextChunk = 1;
    private long epoch;
    private boolean sealed;

    LogContents(int log) {
        this.log = log;
    }

    /** The newest committed versions; read-only opens see them as they change. */
    Map<SpoolId, StoredVersion> versions() {
        return versions;
    }

    synchronized Head head() {
        return new Head(head);
    }

    long liveBytes() {
        return head.liveBytes();
    }

    synchronized long nextRevision() {
        return nextRevision;
    }

    /** From now on only the owner of this epoch may commit. */
    synchronized void own(long newEpoch) {
        epoch = newEpoch;
        chunks.clear();
    }

    /** Applies a batch whole, or not at all if another owner has come or its messages exceed {@code bytesMax}. */
    synchronized long commit(Batch batch, long ownersEpoch, long bytesMax)
            throws SpoolFencedException, SpoolFullException {
        if (ownersEpoch != epoch) {
            throw new SpoolFencedException("epoch " + ownersEpoch + " is over, now it is " + epoch);
        }
        long messageBytes = batch.records().stream()
                .map(BatchRecord::header)
                .filter(header -> header.type() == RecordType.PUT)
                .mapToLong(header -> header.bodyBytes() + header.envelopeBytes())
                .sum();
        if (messageBytes > 0 && head.liveBytes() + messageBytes > bytesMax) {
            throw new SpoolFullException(
                    "no room for " + messageBytes + " bytes beside " + head.liveBytes() + ", the limit is " + bytesMax);
        }
        Head after = new Head(batch.headBefore());
        long bytes = 0;
        for (BatchRecord record : batch.records()) {
            RecordHeader header = record.header();
            StoredVersion previous = versions.get(header.id());
            bytes += apply(record, header, previous);
            after.advance(header, previous != null, previous == null ? null : previous.known());
            nextRevision = Math.max(nextRevision, header.revision() + 1);
        }
        head = after;
        sealed = sealed && batch.records().isEmpty();
        return bytes;
    }

    synchronized void drop(@Nullable BatchRecord chunk) {
        for (BatchRecord each = chunk; each != null; each = each.previousChunk()) {
            chunks.remove(each.location());
        }
    }

    synchronized SealedLog seal() {
        sealed = true;
        return describe();
    }

    /** What {@link #seal} returned, computed anew; null if something was committed since. */
    synchronized @Nullable SealedLog sealed() {
        return sealed ? describe() : null;
    }

    synchronized void unseal() {
        sealed = false;
    }

    private long apply(BatchRecord record, RecordHeader header, @Nullable StoredVersion previous) {
        switch (header.type()) {
            case RecordType.CHUNK -> {
                record.location(nextChunk++);
                chunks.put(record.location(), payload(record, header.envelopeBytes(), header.partBytes()));
            }
            case RecordType.PUT -> {
                Deque<byte[]> body = new ArrayDeque<>();
                body.add(payload(record, header.envelopeBytes(), header.partBytes()));
                for (BatchRecord part = record.previousChunk(); part != null; part = part.previousChunk()) {
                    body.addFirst(Objects.requireNonNull(chunks.remove(part.location()), "chunk used twice"));
                }
                byte[] envelope = payload(record, 0, header.envelopeBytes());
                versions.put(header.id(), new StoredVersion(header.info(), envelope, new ArrayList<>(body)));
            }
            case RecordType.ENVELOPE -> {
                byte[] envelope = payload(record, 0, header.envelopeBytes());
                StoredVersion body = Objects.requireNonNull(previous, "an envelope without its message");
                versions.put(header.id(), body.withEnvelope(header.info(), envelope));
            }
            case RecordType.REMOVE -> versions.remove(header.id());
            default -> throw new IllegalArgumentException("no operation of the engine: type " + header.type());
        }
        return header.recordBytes();
    }

    /** A copy of part of the staged bytes, which are the engine's again after the commit. */
    private static byte[] payload(BatchRecord record, int from, int bytes) {
        byte[] copy = new byte[bytes];
        ByteBuffer staged = record.staged();
        if (staged != null) {
            staged.get(BatchRecord.HEADROOM_BYTES + from, copy);
        } else if (bytes > 0) {
            throw new IllegalArgumentException(bytes + " bytes of payload are missing");
        }
        return copy;
    }

    private SealedLog describe() {
        MessageDigest sha = sha256();
        new TreeMap<>(versions)
                .forEach((id, version) -> sha.update((id + " " + version.known()).getBytes(StandardCharsets.UTF_8)));
        Fingerprint headDigest = Fingerprint.of(head.digest());
        return new SealedLog(log, head.revision(), headDigest, List.of(Fingerprint.of(sha.digest())));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
