package dev.spool.handoff;

import dev.spool.LookAhead;
import dev.spool.SpoolException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a successor does before it reports to the supervisor: the old server still serves, and whatever is done now need not be done
 * while nobody does. Nothing depends on it but time.
 */
final class Preparation {

    private static final System.Logger LOG = System.getLogger(Preparation.class.getName());

    private static final long LOOK_MILLIS = 100;

    /** Long compilations show only when they are over, and those of a JVM that gets little of the processors come late. */
    private static final int QUIET_LOOKS = 5;

    private static final long SETTLING_NANOS_MAX = 5_000_000_000L;

    private final SpoolSource source;

    Preparation(SpoolSource source) {
        this.source = source;
    }

    /** Returns what was read ahead; null if nothing could be. */
    @Nullable
    LookAhead run() {
        LookAhead ahead = null;
        try {
            ahead = source.lookAhead();
            ahead.refresh();
            rehearse();
            settleHeap();
            settle(ahead);
            ahead.refresh(); // what has come since
        } catch (SpoolException | RuntimeException e) {
            LOG.log(Level.WARNING, "the takeover is not prepared, and takes longer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ahead;
    }

    private void rehearse() throws InterruptedException {
        try {
            new Rehearsal(source.provider()).playIn(Path.of(System.getProperty("java.io.tmpdir")));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the takeover is not rehearsed, and takes longer", e);
        }
    }

    /**
     * What was read ahead lies where new objects lie, and the next collection copies all of it: 40 to 130 ms with a million messages,
     * while stores wait. So it is done now. With {@code -XX:+DisableExplicitGC} this does nothing.
     */
    private static void settleHeap() {
        System.gc();
    }

    /**
     * Keeps up with the old server until the JVM has compiled what that and the rehearsal gave it to compile: it would do so while
     * nobody serves. In real time, because the compiler works in no other.
     */
    private static void settle(LookAhead ahead) throws SpoolException, InterruptedException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        if (compiler == null || !compiler.isCompilationTimeMonitoringSupported()) {
            return;
        }
        long spent = compiler.getTotalCompilationTime();
        int quiet = 0;
        long begun = System.nanoTime();
        while (quiet < QUIET_LOOKS && System.nanoTime() - begun < SETTLING_NANOS_MAX) {
            ahead.refresh();
            Thread.sleep(LOOK_MILLIS);
            long now = compiler.getTotalCompilationTime();
            quiet = now - spent < LOOK_MILLIS / 10 ? quiet + 1 : 0;
            spent = now;
        }
    }
}
