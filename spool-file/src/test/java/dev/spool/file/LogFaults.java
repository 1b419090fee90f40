package dev.spool.file;

import dev.spool.testkit.disk.IoEvent.Kind;
import dev.spool.testkit.disk.SimulatedDisk;
import java.util.Random;
import java.util.function.Consumer;

/** What a simulation lets its disk do wrong, by its own seed. */
final class LogFaults {

    private static final long CAPACITY = 1L << 30;

    private final Random random;
    private final Consumer<String> count;
    private boolean reads;

    LogFaults(Random random, Consumer<String> count) {
        this.random = random;
        this.count = count;
    }

    /** Everything works again, and there is room. */
    void clear(SimulatedDisk disk) {
        disk.faults().clear();
        disk.capacityBytes(CAPACITY);
        reads = false;
    }

    boolean failReads() {
        return reads;
    }

    /** Lets reads fail while a log is opened, now and then; true if they may. */
    boolean readsFailAtOpen(SimulatedDisk disk) {
        if (random.nextInt(12) > 0) {
            return false;
        }
        disk.faults().failRandomly(Kind.READ, random.nextBoolean() ? 0.05 : 0.005);
        return true;
    }

    /** One more fault, or an end of all. */
    void strike(SimulatedDisk disk) {
        switch (random.nextInt(12)) {
            case 0, 1 -> strike(disk, Kind.WRITE, "write");
            case 2 -> strike(disk, Kind.SYNC_DIRECTORY, "sync of a directory");
            case 3 -> strike(disk, Kind.CREATE, "creation");
            case 4 -> {
                disk.capacityBytes(random.nextBoolean() ? 0 : random.nextInt(2 << 20));
                count.accept("fault: no space");
            }
            case 5 -> {
                disk.faults().failRandomly(Kind.READ, 0.05);
                reads = true;
                count.accept("fault: reads");
            }
            case 6 -> {
                disk.faults().failRandomly(Kind.SYNC, 0.3);
                count.accept("fault: many syncs");
            }
            case 7 -> clear(disk);
            default -> strike(disk, Kind.SYNC, "sync");
        }
    }

    private void strike(SimulatedDisk disk, Kind kind, String name) {
        disk.faults().fail(kind, 1, path -> true);
        count.accept("fault: " + name);
    }
}
