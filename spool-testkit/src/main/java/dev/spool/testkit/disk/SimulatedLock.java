package dev.spool.testkit.disk;

import dev.spool.engine.io.DiskLock;
import java.nio.file.Path;

/** A lock held by a simulated process; gone when the process is, or when it closes any file it has open on the same inode. */
final class SimulatedLock implements DiskLock {

    private final SimulatedDisk process;
    private final Inode inode;
    private final Path path;

    SimulatedLock(SimulatedDisk process, Inode inode, Path path) {
        this.process = process;
        this.inode = inode;
        this.path = path;
    }

    SimulatedDisk process() {
        return process;
    }

    Inode inode() {
        return inode;
    }

    Path path() {
        return path;
    }

    @Override
    public boolean isHeld() {
        return process.holds(this);
    }

    @Override
    public void close() {
        process.unlock(this);
    }
}
