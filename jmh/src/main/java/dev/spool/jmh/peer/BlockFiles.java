package dev.spool.jmh.peer;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bare limit writes. For one thread at a time. */
interface BlockFiles extends AutoCloseable {

    /** Writes whole blocks, all of them to one file, and makes them durable. */
    void writeDurably(ByteBuffer blocks) throws IOException;

    @Override
    void close() throws IOException;
}
