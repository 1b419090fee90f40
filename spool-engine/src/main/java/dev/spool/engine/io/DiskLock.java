package dev.spool.engine.io;

import java.io.Closeable;
import java.io.IOException;

/** A held lock on a file; closing releases it. */
public interface DiskLock extends Closeable {

    /** Whether the lock is still held, as far as this process can tell, and its path still names the locked file. */
    boolean isHeld() throws IOException;
}
