package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever interrupts the engine's threads, as some containers do to all that an application has left, harms no later write. */
@Timeout(120)
class InterruptedEngineTest {

    private static final Message MESSAGE = Message.of(new byte[1000]);

    @Test
    void storesGoOnOnceTheInterruptIsOver(@TempDir Path temp) throws Exception {
        SpoolOptions options =
                SpoolOptions.builder().probePeriod(Duration.ofMillis(20)).build();
        SpoolId id = SpoolId.next();
        Set<Thread> others = Set.copyOf(Thread.getAllStackTraces().keySet());
        try (Spool spool = new FileSpoolProvider().open(temp.resolve("spool"), options)) {
            spool.blocking().store(SpoolId.next(), MESSAGE);
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("spool-") && !others.contains(thread))
                    .forEach(Thread::interrupt);
            SickDisk.await(() -> isStored(spool, id)); // a write that was under way may be in doubt
            spool.blocking().compact();
            assertThat(spool.blocking().load(id)).isPresent();
        }
        try (Spool spool = new FileSpoolProvider().open(temp.resolve("spool"), options)) {
            assertThat(spool.blocking().load(id)).isPresent();
        }
    }

    private static boolean isStored(Spool spool, SpoolId id) {
        try {
            spool.blocking().store(id, MESSAGE);
            return true;
        } catch (SpoolException e) {
            return false;
        }
    }
}
