package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Durability;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.testkit.history.MessageHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * However many threads work on one message at the same time, it looks to all of them as if the spool had done one operation after the
 * other, each between its call and its answer; while compaction moves the message, too.
 */
public abstract class LinearizabilityContract extends SpoolContract {

    private static final int THREADS = 4;
    private static final int GENERATIONS = Rounds.of(40);
    private static final int CALLS_OF_EACH = 50;
    private static final int MESSAGES = 2;

    @Test
    void concurrentOperationsOnAMessageLookAsIfDoneOneByOne() throws Exception {
        operate(smallSegments(), random -> random.nextInt(2000));
    }

    @Test
    void soDoThoseOnMessagesInSeveralParts() throws Exception {
        operate(smallSegments(), random -> random.nextInt(8) == 0 ? 150_000 : 300);
    }

    @Test
    void soDoThoseOfADeferredSpoolWithACache() throws Exception {
        SpoolOptions deferred = smallSegments().toBuilder()
                .durability(Durability.DEFERRED)
                .cacheOnStore(true)
                .build();
        operate(deferred, random -> random.nextInt(2000));
    }

    /** Draws the size of a body. */
    private interface Sizes {
        int next(SplittableRandom random);
    }

    private void operate(SpoolOptions options, Sizes sizes) throws Exception {
        long seed = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Spool spool = open(options);
                BackgroundWork work = new BackgroundWork()) {
            work.repeat(() -> spool.blocking().compact());
            work.repeat(() -> passThrough(spool));
            SplittableRandom random = new SplittableRandom(seed);
            for (int generation = 0; generation < GENERATIONS; generation++) {
                List<MessageHistory> messages = new ArrayList<>();
                for (int i = 0; i < MESSAGES; i++) {
                    messages.add(new MessageHistory(spool.blocking(), SpoolId.next()));
                }
                List<Callable<Void>> tasks = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    SplittableRandom own = random.split();
                    tasks.add(() -> operate(messages, own, sizes));
                }
                for (Future<Void> done : threads.invokeAll(tasks)) {
                    done.get();
                }
                for (MessageHistory message : messages) {
                    assertThat(message.size()).isPositive();
                    assertThat(message.inconsistency()).as("seed %s", seed).isNull();
                }
                work.rounds();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void operate(List<MessageHistory> messages, SplittableRandom random, Sizes sizes)
            throws SpoolException {
        for (int i = 0; i < CALLS_OF_EACH; i++) {
            MessageHistory message = messages.get(random.nextInt(messages.size()));
            switch (random.nextInt(8)) {
                case 0, 1 -> message.store(sizes.next(random), random.nextInt(60));
                case 2 -> message.updateEnvelope(random.nextInt(60));
                case 3 -> message.remove();
                case 4, 5 -> message.loadEnvelope();
                default -> message.load();
            }
        }
        return null;
    }

    /** Leaves something for compaction to do. */
    private static void passThrough(Spool spool) throws SpoolException {
        SpoolId passing = SpoolId.next();
        spool.blocking().store(passing, Samples.message(5, 3000));
        spool.blocking().remove(passing);
    }
}
