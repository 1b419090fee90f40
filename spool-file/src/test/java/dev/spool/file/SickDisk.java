package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolUnhealthyException;
import dev.spool.engine.EngineProvider;
import dev.spool.engine.directory.Processes;
import dev.spool.engine.directory.Site;
import dev.spool.engine.io.EngineClock;
import dev.spool.testkit.contract.CheckedProvider;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.disk.IoEvent;
import dev.spool.testkit.disk.SimulatedDisk;
import dev.spool.testkit.disk.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A disk that fails or hangs for chosen threads of the engine, and real spools on it, with all their threads. What survives is
 * seen on a copy of the disk whose power is cut, while the spool itself goes on.
 */
final class SickDisk {

    static final Path DIRECTORY = Path.of("/spool");
    static final String COMMITTER = "spool-commit-";
    static final String COMPACTOR = "spool-compact-";
    static final String FILLER = "spool-fill-";

    /** Small segments, so that few messages fill one; probes in quick succession; and no sync that counts as slow. */
    static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .probePeriod(Duration.ofMillis(20))
            .slowSyncLimit(Duration.ofMinutes(1))
            .build();

    private static final long PATIENCE_SECONDS = 60;

    final SimulatedDisk disk;
    private final List<Done> done = new CopyOnWriteArrayList<>();
    private final List<Hold> holds = new CopyOnWriteArrayList<>();

    SickDisk(long seed) {
        this.disk = new SimulatedDisk(seed);
        disk.listener(event -> {
            done.add(new Done(Thread.currentThread().getName(), event));
            holds.forEach(hold -> hold.before(event));
        });
    }

    /** An operation that a thread has begun. */
    record Done(String thread, IoEvent event) {

        boolean by(String name, IoEvent.Kind kind) {
            return thread.startsWith(name) && event.kind() == kind;
        }
    }

    /** An operation that hangs until it is let go on. */
    static final class Hold {
        private final Predicate<IoEvent> which;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private volatile IoEvent held;

        private Hold(Predicate<IoEvent> which) {
            this.which = which;
        }

        private void before(IoEvent event) {
            if (open.getCount() > 0 && which.test(event)) {
                held = event;
                reached.countDown();
                await(open);
            }
        }

        /** Waits until something hangs, and tells what. */
        IoEvent awaitReached() {
            await(reached);
            return held;
        }

        void letGo() {
            open.countDown();
        }
    }

    /** Lets the next operation of that kind hang that threads of that name do on a segment. */
    Hold hold(IoEvent.Kind kind, String thread) {
        Predicate<Path> segments = segmentsOf(thread);
        return hold(event -> event.kind() == kind && segments.test(event.path()));
    }

    /** As {@link #hold}, of the n-th one from now on. */
    Hold holdNth(IoEvent.Kind kind, String thread, int n) {
        Predicate<Path> segments = segmentsOf(thread);
        AtomicInteger left = new AtomicInteger(n);
        return hold(event -> event.kind() == kind && segments.test(event.path()) && left.decrementAndGet() <= 0);
    }

    Hold hold(Predicate<IoEvent> which) {
        Hold hold = new Hold(which);
        holds.add(hold);
        return hold;
    }

    /** Segment files as far as threads of that name use them: a predicate to be asked by the thread that does it. */
    static Predicate<Path> segmentsOf(String thread) {
        return path -> isSegment(path) && Thread.currentThread().getName().startsWith(thread);
    }

    static Predicate<Path> any(String thread) {
        return path -> Thread.currentThread().getName().startsWith(thread);
    }

    static Predicate<Path> named(String name) {
        return path -> path.endsWith(name);
    }

    static boolean isSegment(Path path) {
        return path.toString().endsWith(".seg");
    }

    /** What threads of that name have begun of that kind so far. */
    List<IoEvent> done(String thread, IoEvent.Kind kind) {
        return done.stream()
                .filter(each -> each.by(thread, kind))
                .map(Done::event)
                .toList();
    }

    /** The segment that a committer writes to. */
    Path active(String committer) {
        List<IoEvent> writes = new ArrayList<>(done(committer, IoEvent.Kind.WRITE));
        writes.removeIf(event -> !isSegment(event.path()));
        return writes.get(writes.size() - 1).path();
    }

    /** Waits until threads of that name have begun an operation of that kind so often again. */
    void awaitMore(String thread, IoEvent.Kind kind, int times) {
        int before = done(thread, kind).size();
        try {
            await(() -> done(thread, kind).size() >= before + times);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; the last of " + done.size() + " operations: "
                    + done.subList(Math.max(0, done.size() - 20), done.size()));
        }
    }

    /** The segment files of a log. */
    List<Path> segments(int log) throws IOException {
        return disk.list(SegmentFiles.directory(DIRECTORY, log)).stream()
                .filter(SickDisk::isSegment)
                .toList();
    }

    Spool open() throws SpoolException {
        return open(OPTIONS);
    }

    Spool open(SpoolOptions options) throws SpoolException {
        return provider(disk).open(DIRECTORY, options);
    }

    static SpoolProvider provider(SimulatedDisk process) {
        return new EngineProvider(new FileBackendFactory()) {
            @Override
            protected Site site(Path directory) {
                return new Site(process, directory, EngineClock.SYSTEM, Processes.SYSTEM);
            }
        };
    }

    /** What stands in a spool. */
    @FunctionalInterface
    interface Look {
        void at(Spool spool) throws SpoolException;
    }

    /** Looks at the spool as it is found when the power goes now and nothing unsynced is left; and then it is intact. */
    void afterPowerCut(Look look) throws SpoolException {
        SimulatedDisk copy = disk.fork(1);
        copy.crash(Survival.LOST);
        look(copy.afterCrash(), look);
    }

    /** Looks at the spool as it is found when it is opened again, after a close; and then it is intact. */
    void reopened(Look look) throws SpoolException {
        look(disk.newProcess(), look);
    }

    private static void look(SimulatedDisk process, Look look) throws SpoolException {
        SpoolProvider provider = provider(process);
        CheckedProvider.assertClean(provider, DIRECTORY, OPTIONS);
        for (int i = 0; i < 2; i++) { // the second time without a recovery
            try (Spool spool = provider.open(DIRECTORY, OPTIONS)) {
                look.at(spool);
                assertThat(spool.health().corruptMessages())
                        .as(spool.health().detail())
                        .isZero();
            }
        }
        CheckedProvider.assertClean(provider, DIRECTORY, OPTIONS);
    }

    static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw new AssertionError("has not come true within " + PATIENCE_SECONDS + " s");
            }
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("has not come within " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void awaitHealthy(Spool spool) {
        await(() -> spool.unhealthyReason() == null);
    }

    /** How an operation ended. */
    enum Outcome {
        DONE,
        /** Certainly without effect. */
        REFUSED,
        IN_DOUBT
    }

    /** The outcome of an operation, which has one, and one of those that there are after a failure. */
    static Outcome outcomeOf(CompletableFuture<?> future) {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return Outcome.DONE;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SpoolInDoubtException) {
                return Outcome.IN_DOUBT;
            }
            assertThat(e.getCause()).isInstanceOf(SpoolUnhealthyException.class);
            return Outcome.REFUSED;
        } catch (Exception e) {
            throw new AssertionError("no outcome", e);
        }
    }

    /** Waits for the end of something that must work. */
    static void done(CompletableFuture<?> future) {
        assertThat(outcomeOf(future)).isEqualTo(Outcome.DONE);
    }

    /** Waits for the end of something, whatever it is. */
    static void ended(CompletableFuture<?> future) {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(SpoolException.class);
        } catch (Exception e) {
            throw new AssertionError("no outcome", e);
        }
    }

    static Throwable failureOf(CompletableFuture<?> future) {
        try {
            throw new AssertionError("completed with " + future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (Exception e) {
            throw new AssertionError("no outcome", e);
        }
    }

    static Message message(SpoolId id) {
        return message(id, 1000);
    }

    static Message message(SpoolId id, int bytes) {
        return Samples.message(id.low(), bytes, 20);
    }

    /** Stores messages, one commit each, and adds them to {@code stored}. */
    static List<SpoolId> store(Spool spool, int count, Map<SpoolId, Message> stored) throws SpoolException {
        List<SpoolId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SpoolId id = SpoolId.next();
            spool.blocking().store(id, message(id));
            stored.put(id, message(id));
            ids.add(id);
        }
        return ids;
    }

    /** Fails unless the spool holds each of these messages, byte for byte. */
    static void assertHolds(Spool spool, Map<SpoolId, Message> expected) throws SpoolException {
        for (Map.Entry<SpoolId, Message> entry : expected.entrySet()) {
            assertThat(find(spool, entry.getKey())).as("%s", entry.getKey()).isEqualTo(contents(entry.getValue()));
        }
    }

    /** Fails unless the spool holds these messages and no other. */
    static void assertHoldsOnly(Spool spool, Map<SpoolId, Message> expected) throws SpoolException {
        assertHolds(spool, expected);
        assertThat(spool.stats().entries()).isEqualTo(expected.size());
        int items = 0;
        try (var scan = spool.enumerate(dev.spool.EnumerateOptions.ALL)) {
            for (; scan.hasNext(); items++) {
                scan.next();
            }
            assertThat(scan.report().complete()).isTrue();
            assertThat(scan.report().corrupt()).isZero();
        }
        assertThat(items).isEqualTo(expected.size());
    }

    /** What the spool holds under an id, body and envelope; empty if nothing. */
    static List<ByteBuffer> find(Spool spool, SpoolId id) throws SpoolException {
        return contents(spool.blocking().load(id).orElse(null));
    }

    static List<ByteBuffer> contents(Message message) {
        return message == null ? List.of() : List.of(ByteBuffer.wrap(message.bodyToArray()), message.envelope());
    }
}
