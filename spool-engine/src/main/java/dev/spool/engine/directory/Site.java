package dev.spool.engine.directory;

import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.io.SystemDisk;
import java.nio.file.Path;

/** Where a spool is, and through what it is reached. */
public record Site(Disk disk, Path directory, EngineClock clock, Processes processes) {

    /** A directory of this machine. */
    public static Site of(Path directory) {
        return new Site(SystemDisk.INSTANCE, directory, EngineClock.SYSTEM, Processes.SYSTEM);
    }

    Path file(String name) {
        return directory.resolve(name);
    }
}
