package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** What a host gets that stores in RocksDB by itself: {@code put} with {@code sync}, all else as RocksDB has it by default. */
final class PlainRocks implements Peer {

    private final Options options;
    private final WriteOptions synced;
    private final RocksDB db;

    PlainRocks(Path directory) throws IOException {
        RocksDB.loadLibrary();
        options = new Options().setCreateIfMissing(true);
        synced = new WriteOptions().setSync(true);
        try {
            db = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void store(SpoolId id, byte[] body) throws IOException {
        try {
            db.put(synced, Keys.of(id), body);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public int load(SpoolId id) throws IOException {
        try {
            byte[] body = db.get(Keys.of(id));
            if (body == null) {
                throw new IOException("RocksDB has lost " + id);
            }
            return body.length;
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void remove(SpoolId id) throws IOException {
        try {
            db.delete(synced, Keys.of(id));
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void removeAll(Collection<SpoolId> ids) throws IOException {
        try (WriteBatch batch = new WriteBatch()) {
            for (SpoolId id : ids) {
                batch.delete(Keys.of(id));
            }
            db.write(synced, batch);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        db.close();
        synced.close();
        options.close();
    }
}
