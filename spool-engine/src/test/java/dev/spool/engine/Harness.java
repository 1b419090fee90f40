package dev.spool.engine;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A spool over a {@link FakeBackend}, stepped by the test on a manual clock, or with threads. */
final class Harness {

    final FakeBackend backend;
    final FakeOwnership ownership;
    final ManualClock clock = new ManualClock();
    final EngineSteps steps;
    final EngineCore core;
    final EngineSpool spool;

    private Harness(FakeBackend backend, SpoolOptions options, boolean threads) throws SpoolException {
        this.backend = backend;
        this.ownership = new FakeOwnership(backend.logs.size());
        this.steps = new EngineSteps();
        EngineRunner runner = threads ? new EngineThreads() : steps;
        EngineClock time = threads ? EngineClock.SYSTEM : clock;
        this.core = new EngineCore(backend, ownership, noDisk(), time, options, runner);
        this.spool = new EngineSpool(core);
        runner.start(core);
    }

    static Harness stepped() throws SpoolException {
        return stepped(SpoolOptions.DEFAULTS);
    }

    static Harness stepped(SpoolOptions options) throws SpoolException {
        return new Harness(new FakeBackend(1), options, false);
    }

    static Harness stepped(FakeBackend backend, SpoolOptions options) throws SpoolException {
        return new Harness(backend, options, false);
    }

    static Harness threaded(SpoolOptions options) throws SpoolException {
        return new Harness(new FakeBackend(1), options, true);
    }

    FakeLog log() {
        return backend.logs.get(0);
    }

    Spool spool() {
        return spool;
    }

    void runUntilIdle() {
        boolean worked = true;
        while (worked) {
            worked = steps.turn();
        }
    }

    /** The failure of a future that is done. */
    static Throwable failureOf(CompletableFuture<?> future) {
        if (!future.isDone()) {
            throw new AssertionError("not done");
        }
        try {
            throw new AssertionError("completed with " + future.join());
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }

    static Message message(SpoolId id, int bytes) {
        byte[] body = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            body[i] = (byte) (id.low() * 31 + i * 7L + (i >>> 10));
        }
        return Message.of(body);
    }

    boolean holds(SpoolId id, Message expected) throws SpoolException {
        Message found = spool.blocking().load(id).orElse(null);
        return found != null
                && Arrays.equals(found.bodyToArray(), expected.bodyToArray())
                && found.envelope().equals(expected.envelope());
    }

    private static Disk noDisk() {
        return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (p, m, a) -> {
            throw new AssertionError("the engine touched the disk: " + m);
        });
    }
}
