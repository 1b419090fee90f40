package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;

/** What a host gets from lmdbjava alone: each thread commits its message in a transaction of its own, durably. */
final class PlainLmdb implements Peer {

    private static final long MAP_BYTES = 64L << 30;

    private final Env<byte[]> environment;
    private final Dbi<byte[]> messages;

    PlainLmdb(Path directory) {
        environment = Env.create(ByteArrayProxy.PROXY_BA)
                .setMapSize(MAP_BYTES)
                .setMaxDbs(1)
                .setMaxReaders(1024)
                .open(directory.toFile(), EnvFlags.MDB_NOTLS);
        messages = environment.openDbi("messages", DbiFlags.MDB_CREATE);
    }

    @Override
    public void store(SpoolId id, byte[] body) {
        try (Txn<byte[]> transaction = environment.txnWrite()) {
            messages.put(transaction, Keys.of(id), body);
            transaction.commit();
        }
    }

    @Override
    public int load(SpoolId id) throws IOException {
        try (Txn<byte[]> transaction = environment.txnRead()) {
            byte[] body = messages.get(transaction, Keys.of(id));
            if (body == null) {
                throw new IOException("LMDB has lost " + id);
            }
            return body.length;
        }
    }

    @Override
    public void remove(SpoolId id) {
        removeAll(List.of(id));
    }

    @Override
    public void removeAll(Collection<SpoolId> ids) {
        try (Txn<byte[]> transaction = environment.txnWrite()) {
            for (SpoolId id : ids) {
                messages.delete(transaction, Keys.of(id));
            }
            transaction.commit();
        }
    }

    @Override
    public void close() {
        environment.close();
    }
}
