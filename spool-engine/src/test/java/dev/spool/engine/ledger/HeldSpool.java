package dev.spool.engine.ledger;

import dev.spool.EnumerateOptions;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.MessageInfo;
import dev.spool.ScanReport;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.SpoolStats;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A spool that holds what a test puts there, faults of an enumeration included. */
final class HeldSpool implements SpoolReader {

    private final Map<SpoolId, byte[]> bodies = new LinkedHashMap<>();
    private final Set<SpoolId> damaged = new HashSet<>();
    private final Set<SpoolId> unseenByScans = new HashSet<>();
    private final List<SpoolEntry> more = new ArrayList<>();
    private String whyNotComplete = "";

    HeldSpool with(SpoolId id, byte[] body) {
        bodies.put(id, body);
        return this;
    }

    HeldSpool withDamaged(SpoolId id) {
        bodies.put(id, new byte[0]);
        damaged.add(id);
        return this;
    }

    HeldSpool withUnseenByScans(SpoolId id, byte[] body) {
        bodies.put(id, body);
        unseenByScans.add(id);
        return this;
    }

    HeldSpool withEntry(SpoolEntry entry) {
        more.add(entry);
        return this;
    }

    HeldSpool withEntryTwice(SpoolId id, byte[] body) {
        with(id, body);
        return withEntry(item(id));
    }

    HeldSpool incomplete(String why) {
        whyNotComplete = why;
        return this;
    }

    @Override
    public CompletableFuture<Optional<Message>> load(SpoolId id) {
        try {
            return CompletableFuture.completedFuture(read(id));
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Optional<ByteBuffer>> loadEnvelope(SpoolId id) {
        throw new AssertionError("the oracle reads no envelope");
    }

    @Override
    public SpoolScan enumerate(EnumerateOptions options) {
        List<SpoolEntry> entries = new ArrayList<>();
        bodies.keySet().stream().filter(id -> !unseenByScans.contains(id)).forEach(id -> entries.add(item(id)));
        entries.addAll(more);
        return new Scan(
                entries.iterator(), new ScanReport(entries.size(), 0, whyNotComplete.isEmpty(), whyNotComplete));
    }

    @Override
    public String unhealthyReason() {
        return null;
    }

    @Override
    public Health health() {
        throw new AssertionError("the oracle asks for no health");
    }

    @Override
    public SpoolStats stats() {
        throw new AssertionError("the oracle asks for no counts");
    }

    @Override
    public void close() {}

    private SpoolEntry.Item item(SpoolId id) {
        MessageInfo info = new MessageInfo(1, 1, bodies.get(id).length, 0, 0, 0, Instant.EPOCH);
        return new SpoolEntry.Item(id, info, ByteBuffer.allocate(0), this::read);
    }

    private Optional<Message> read(SpoolId id) throws SpoolException {
        if (damaged.contains(id)) {
            throw new SpoolCorruptException(id, "segment 1", "checksum");
        }
        return Optional.ofNullable(bodies.get(id)).map(Message::of);
    }

    private record Scan(Iterator<SpoolEntry> entries, ScanReport report) implements SpoolScan {
        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public SpoolEntry next() {
            return entries.next();
        }

        @Override
        public void close() {}
    }
}
