package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.handoff.transport.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {

    @TempDir
    Path temp;

    /** A server that nobody has written down is nobody's to watch: a next supervisor would not know of it. */
    @Test
    void endsWhenAServerThatItHasStartedCannotBeWrittenDown() {
        AtomicInteger starts = new AtomicInteger();
        Supervisor supervisor = new Supervisor(
                List.of("true"), temp.resolve("s"), HandoffOptions.DEFAULTS, TimeSource.SYSTEM, point -> {
                    if (point.equals("started a server") && starts.incrementAndGet() == 2) {
                        spoilJournal();
                    }
                });
        CompletableFuture<Void> run = CompletableFuture.runAsync(() -> run(supervisor), SupervisorTest::inItsOwnThread);
        assertThatThrownBy(() -> run.get(30, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class)
                .hasStackTraceContaining("s.journal.tmp");
        assertThat(starts).hasValue(2);
    }

    private void spoilJournal() {
        try {
            Files.createDirectories(temp.resolve("s.journal.tmp").resolve("in the way"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void inItsOwnThread(Runnable task) {
        Thread thread = new Thread(task, "supervisor");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run(Supervisor supervisor) {
        try {
            supervisor.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
