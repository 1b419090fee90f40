package dev.spool.jmh.peer;

import dev.spool.BlockingSpool;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** The spool over its public API. */
public final class SpoolPeer implements Peer {

    private final LongAdder syncs = new LongAdder();
    private final LongAdder compacted = new LongAdder();
    private final Spool spool;
    private final BlockingSpool blocking;

    public SpoolPeer(String backend, Path directory, SpoolOptions options) throws IOException {
        SpoolOptions counting = options.toBuilder().metrics(new Counts()).build();
        spool = SpoolProvider.named(backend).open(directory, counting);
        blocking = spool.blocking();
    }

    private final class Counts implements SpoolMetrics {

        @Override
        public void committed(int shard, int operations, long bytes, long syncNanos) {
            syncs.increment();
        }

        @Override
        public void compacted(int shard, long bytesCopied, long bytesFreed) {
            compacted.add(bytesCopied);
        }
    }

    /** The spool itself. */
    public Spool spool() {
        return spool;
    }

    /** Bytes that compaction has copied. */
    public long compactedBytes() {
        return compacted.sum();
    }

    @Override
    public void store(SpoolId id, byte[] body) throws SpoolException {
        blocking.store(id, Message.of(body));
    }

    @Override
    public Pending submit(SpoolId id, byte[] body) {
        CompletableFuture<Void> future = spool.store(id, Message.of(body));
        return future::join;
    }

    @Override
    public int load(SpoolId id) throws SpoolException {
        return (int) blocking.load(id).orElseThrow().bodyBytes();
    }

    @Override
    public void remove(SpoolId id) throws SpoolException {
        blocking.remove(id);
    }

    @Override
    public void removeAll(Collection<SpoolId> ids) throws SpoolException {
        blocking.removeAll(ids);
    }

    @Override
    public long syncs() {
        return syncs.sum();
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
