package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The messages of one thread, each written and synced by itself into recycled files: what one store costs at least. */
final class DirectWrite implements Peer {

    private final RecycledFiles files;
    private final ByteBuffer blocks = ByteBuffer.allocateDirect(1 << 20);
    private long syncs;

    DirectWrite(Path directory) throws IOException {
        files = new RecycledFiles(directory);
    }

    @Override
    public synchronized void store(SpoolId id, byte[] body) throws IOException {
        int bytes =
                (body.length + RecycledFiles.BLOCK_BYTES - 1) / RecycledFiles.BLOCK_BYTES * RecycledFiles.BLOCK_BYTES;
        files.writeDurably(blocks.clear().put(body).position(0).limit(bytes));
        syncs++;
    }

    @Override
    public int load(SpoolId id) {
        throw new UnsupportedOperationException("written without an index");
    }

    @Override
    public void remove(SpoolId id) {
        throw new UnsupportedOperationException("written without an index");
    }

    @Override
    public boolean removes() {
        return false;
    }

    @Override
    public synchronized long syncs() {
        return syncs;
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
