package dev.spool.testkit.disk;

/** Told of every operation of a {@link SimulatedDisk} before it is done, by the thread that does it, holding no lock. */
@FunctionalInterface
public interface IoListener {

    /** May block, to simulate a storage that hangs, or crash the disk, in which case the operation is not done. */
    void before(IoEvent event);
}
