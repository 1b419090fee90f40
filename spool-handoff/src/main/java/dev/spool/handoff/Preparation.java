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

    private static final int COMPILER_LOOKS_MAX = 20;

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
            awaitCompiler();
            ahead.refresh(); // most of what has come meanwhile
            ahead.refresh(); // and what has come while that was read
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
     * Waits until the JVM has compiled what the rehearsal gave it to compile: it would do so while nobody serves. In real time, because
     * the compiler works in no other.
     */
    private static void awaitCompiler() throws InterruptedException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        if (compiler == null || !compiler.isCompilationTimeMonitoringSupported()) {
            return;
        }
        long spent = compiler.getTotalCompilationTime();
        for (int looks = 0; looks < COMPILER_LOOKS_MAX; looks++) {
            Thread.sleep(LOOK_MILLIS);
            long now = compiler.getTotalCompilationTime();
            if (now - spent < LOOK_MILLIS / 10) {
                return;
            }
            spent = now;
        }
    }
}
