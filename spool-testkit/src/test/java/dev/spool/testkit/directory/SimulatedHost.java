package dev.spool.testkit.directory;

import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.directory.Evidence;
import dev.spool.engine.directory.Format;
import dev.spool.engine.directory.ProcessIdentity;
import dev.spool.engine.directory.Processes;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.io.Disk;
import dev.spool.testkit.disk.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A host whose processes live and die as a test says. */
final class SimulatedHost {

    static final Path HOME = Path.of("/var/spool");
    static final Format FORMAT = new Format("file", 3);

    final ManualClock clock = new ManualClock();
    String boot = "boot-1";
    String host = "mail";
    private final Set<Long> running = new HashSet<>();
    private long nextPid = 100;

    /** A new process on a disk. */
    Site process(Disk disk) {
        long pid = nextPid++;
        running.add(pid);
        ProcessIdentity self = new ProcessIdentity(host, boot, "", pid, pid * 7);
        return new Site(disk, HOME, clock, new Processes() {
            @Override
            public ProcessIdentity self() {
                return self;
            }

            @Override
            public boolean mayRun(long pid, long start) {
                return running.contains(pid) && start == pid * 7;
            }
        });
    }

    void died(Site process) {
        running.remove(process.processes().self().pid());
    }

    static SpoolDirectory open(Site site) throws SpoolException {
        return SpoolDirectory.open(site, FORMAT, SpoolOptions.DEFAULTS, Evidence.NONE);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
