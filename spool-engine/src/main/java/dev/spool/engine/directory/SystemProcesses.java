package dev.spool.engine.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * Processes as {@code /proc} tells of them, elsewhere as the JDK does.
 *
 * <p>On Linux a start is counted in ticks since the boot, as the kernel has it: the JDK's start times come from a boot time that
 * moves when the clock is set, and a process whose start seems to differ would be taken for dead.
 */
final class SystemProcesses implements Processes {

    private static final Path PROC = Path.of("/proc");
    private static final int START_FIELD = 22;
    private static final long NO_PROCESS = -1;
    private static final long UNREADABLE = -2;

    private final boolean linux = Files.isReadable(PROC.resolve("self/stat"));

    @Override
    public ProcessIdentity self() {
        long pid = ProcessHandle.current().pid();
        if (!linux) {
            return new ProcessIdentity(hostFromEnvironment(), "", "", pid, startOf(ProcessHandle.current()));
        }
        return new ProcessIdentity(
                read("sys/kernel/hostname", hostFromEnvironment()),
                read("sys/kernel/random/boot_id", ""),
                link("self/ns/pid") + link("self/ns/time"),
                pid,
                startFromProc("self"));
    }

    @Override
    public boolean mayRun(long pid, long start) {
        if (!linux) {
            return ProcessHandle.of(pid)
                    .map(process -> process.isAlive() && startOf(process) == start)
                    .orElse(false);
        }
        long found = startFromProc(Long.toString(pid));
        // With processes of other users hidden, "not there" would mean nothing.
        return found == start || found == UNREADABLE || !Files.isReadable(PROC.resolve("1/stat"));
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Field 22 of {@code stat}, or one of the two constants. */
    private static long startFromProc(String process) {
        Path directory = PROC.resolve(process);
        try {
            String stat = Files.readString(directory.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The second field is the name in brackets and may hold anything, brackets and blanks too.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return Long.parseLong(fields[START_FIELD - 3]);
        } catch (IOException e) {
            return Files.exists(directory) ? UNREADABLE : NO_PROCESS;
        }
    }

    private static String read(String name, String otherwise) {
        try {
            return Files.readString(PROC.resolve(name), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return otherwise;
        }
    }

    private static String link(String name) {
        try {
            return Files.readSymbolicLink(PROC.resolve(name)).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String hostFromEnvironment() {
        // Not from the network: asking for the local host's name may wait for a name server.
        Map<String, String> environment = System.getenv();
        return environment.getOrDefault("HOSTNAME", environment.getOrDefault("COMPUTERNAME", "unknown"));
    }
}
