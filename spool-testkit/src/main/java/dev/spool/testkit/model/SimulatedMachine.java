package dev.spool.testkit.model;

import dev.spool.engine.SteppedSpool;
import dev.spool.engine.directory.ProcessIdentity;
import dev.spool.engine.directory.Processes;
import dev.spool.engine.directory.Site;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import dev.spool.testkit.disk.Survival;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A machine with a simulated disk and clock on which one process runs at a time, until it is killed or the power is cut. */
final class SimulatedMachine {

    private static final Path DIRECTORY = Path.of("/var/spool");

    private final ManualClock clock = new ManualClock();
    private SimulatedDisk disk;
    private long boots = 1;
    private long pid = 100;

    SimulatedMachine(long seed) {
        disk = new SimulatedDisk(seed);
    }

    ManualClock clock() {
        return clock;
    }

    /** The disk as the present process sees it. */
    SimulatedDisk disk() {
        return disk;
    }

    /** Where the present process finds the spool. */
    Site site() {
        long self = pid;
        ProcessIdentity identity = new ProcessIdentity("simulated", "boot-" + boots, "", self, self);
        return new Site(disk, DIRECTORY, clock, new Processes() {
            @Override
            public ProcessIdentity self() {
                return identity;
            }

            @Override
            public boolean mayRun(long process, long start) {
                return process == pid && start == pid;
            }
        });
    }

    /** Lets the present process run its steps beside each other. */
    void interleave(SplittableRandom random, List<SteppedSpool.Step> steps) {
        disk.listener(new Interleaving(random, steps, DIRECTORY));
    }

    /** Cuts the power at one of the next operations on the disk. */
    void cutAfter(int operations) {
        disk.crashAfter(operations);
    }

    /** Kills the process, and the page cache lives on; the next one starts. */
    void kill() {
        disk.crashNever();
        disk.kill();
        nextProcess();
    }

    /** Cuts the power unless it has been cut already, and boots. */
    void cut(Survival survival) {
        disk.crash(survival);
        disk.crashNever();
        boots++;
        nextProcess();
    }

    private void nextProcess() {
        disk = disk.afterCrash();
        pid++;
    }
}
