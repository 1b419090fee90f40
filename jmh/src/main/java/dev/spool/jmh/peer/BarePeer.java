package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;

/** The bare limit: {@link BareLog}. What it has stored it never finds again. */
final class BarePeer implements Peer {

    private final LongAdder syncs = new LongAdder();
    private final BareLog log;
    private final ThreadLocal<Caller> callers = ThreadLocal.withInitial(Caller::new);

    BarePeer(BlockFiles files) {
        log = new BareLog(files, syncs::increment);
    }

    private static final class Caller {
        private final CRC32C checksum = new CRC32C();
        private final BareBatch.Receipt receipt = new BareBatch.Receipt();
    }

    @Override
    public void store(SpoolId id, byte[] body) throws IOException {
        Caller caller = callers.get();
        log.append(body, caller.checksum, caller.receipt).await();
    }

    @Override
    public Pending submit(SpoolId id, byte[] body) {
        Caller caller = callers.get();
        return log.append(body, caller.checksum, caller.receipt)::await;
    }

    @Override
    public int load(SpoolId id) {
        throw new UnsupportedOperationException("the bare limit keeps no index");
    }

    @Override
    public void remove(SpoolId id) {
        throw new UnsupportedOperationException("the bare limit keeps no index");
    }

    @Override
    public boolean removes() {
        return false;
    }

    @Override
    public long syncs() {
        return syncs.sum();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
