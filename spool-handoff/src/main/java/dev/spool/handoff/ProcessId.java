package dev.spool.handoff;

import dev.spool.handoff.transport.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process of this machine, told from a later one with the same id by its start.
 *
 * @param start in units of the platform: on Linux, ticks since the boot, which no setting of the clock changes; 0 if not known
 */
record ProcessId(long pid, long start) {

    /** Of the fields behind the name in Linux's {@code stat}, the one that tells the start. */
    private static final int START_FIELD = 19;

    private static final Duration LOOK = Duration.ofMillis(20);

    static ProcessId of(ProcessHandle handle) {
        return new ProcessId(handle.pid(), startOf(handle));
    }

    static ProcessId of(long pid) {
        return ProcessHandle.of(pid).map(ProcessId::of).orElse(new ProcessId(pid, 0));
    }

    private static long startOf(ProcessHandle handle) {
        try {
            return Long.parseLong(stat(handle.pid())[START_FIELD]);
        } catch (IOException | RuntimeException e) {
            // No Linux, or no such process.
            return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        }
    }

    /** What Linux tells of a process, from behind its name on. */
    private static String[] stat(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    }

    /** The process, if it still runs. */
    Optional<ProcessHandle> running() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(this::isSame)
                .filter(handle -> !hasEnded());
    }

    /** Whether it has ended and only nobody has asked for its status yet, as in a container without an init. */
    private boolean hasEnded() {
        try {
            return stat(pid)[0].equals("Z");
        } catch (IOException | RuntimeException e) {
            return false; // no Linux; if it is gone by now, the next look tells
        }
    }

    private boolean isSame(ProcessHandle handle) {
        long found = startOf(handle);
        return start == 0 || found == 0 || found == start;
    }

    /** Waits for its end; false if that has not come in time. */
    boolean awaitEnd(Duration wait, TimeSource time) throws InterruptedException {
        long began = time.nanoTime();
        while (running().isPresent()) {
            if (time.since(began).compareTo(wait) >= 0) {
                return false;
            }
            time.sleep(LOOK);
        }
        return true;
    }

    /** Ends it, whatever it does; does nothing if it has ended. */
    void kill() {
        running().ifPresent(ProcessHandle::destroyForcibly);
    }

    @Override
    public String toString() {
        return "pid " + pid;
    }
}
