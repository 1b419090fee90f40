package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A directory whose lock this process holds without owning it: nobody else can take it, nothing in it has changed, and giving it
 * back leaves it as it was. Used by one thread at a time.
 */
public final class HeldDirectory implements Closeable {

    private static final int PROBE_BYTES = 4096;

    private final Site site;
    private final Opening opening;
    private final DirectoryLock lock;
    private final boolean safe;
    private boolean passedOn;

    HeldDirectory(Site site, Opening opening, DirectoryLock lock, boolean safe) {
        this.site = site;
        this.opening = opening;
        this.lock = lock;
        this.safe = safe;
    }

    /** What the directory says of itself; nobody changes it while it is held. */
    public Inspection inspect() throws SpoolException {
        return Inspector.inspect(site.disk(), site.directory());
    }

    /**
     * Writes a file, syncs it and its name, and deletes it: the volume takes writes.
     *
     * @throws dev.spool.SpoolFullException if it is full
     * @throws dev.spool.SpoolIoException if it does not
     */
    public void probe() throws SpoolException {
        Disk disk = site.disk();
        Path path = site.file(Layout.PROBE);
        Io.run("try a write to", path, () -> {
            try (DiskFile file = disk.openForWriting(path)) {
                file.write(ByteBuffer.allocate(PROBE_BYTES), 0);
                file.sync();
            }
            disk.syncDirectory(site.directory());
            disk.delete(path);
        });
    }

    /**
     * Raises the epoch and records this process as the owner, durably; the lock goes with it, and is given up if this fails. The
     * epoch may have been raised all the same.
     */
    public SpoolDirectory own() throws SpoolException {
        passedOn = true;
        return SpoolDirectory.of(site, opening.own(lock, safe));
    }

    /** Gives the lock back, unless {@link #own} was called. */
    @Override
    public void close() throws SpoolException {
        if (!passedOn) {
            passedOn = true;
            lock.close();
        }
    }
}
