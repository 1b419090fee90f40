package dev.spool.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Drainable.Phase;
import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolStats;
import dev.spool.testkit.contract.CheckedProvider;
import dev.spool.testkit.contract.Samples;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A spool and its reference, taken through the same operations; throws at the first difference. */
final class ModelRun implements AutoCloseable {

    private final SpoolModelProperties properties;
    private final Path directory;
    private final SpoolOptions options;
    private final ReferenceSpool reference = new ReferenceSpool();
    private final ScanComparison scans = new ScanComparison();
    private Spool spool;

    ModelRun(SpoolModelProperties properties, Path directory, SpoolOptions options) throws SpoolException {
        this.properties = properties;
        this.directory = directory;
        this.options = options;
        this.spool = properties.provider().open(directory, options);
    }

    void apply(Operation operation) throws SpoolException {
        if (operation instanceof Operation.Change change) {
            submit(change).run();
        } else if (operation instanceof Operation.Together together) {
            List<Runnable> outcomes = new ArrayList<>();
            for (Operation.Change change : together.changes()) {
                outcomes.add(submit(change));
            }
            outcomes.forEach(Runnable::run);
        } else if (operation instanceof Operation.RemoveAll all) {
            removeAll(all.slots().stream().map(ModelRun::id).toList());
        } else if (operation instanceof Operation.Load load) {
            assertHolds(id(load.slot()));
        } else if (operation instanceof Operation.Enumerate enumerate) {
            enumerate(enumerate);
        } else {
            simple((Operation.Simple) operation);
        }
        assertCounts();
    }

    /** Compares everything once more, closes and checks. */
    @Override
    public void close() throws SpoolException {
        spool.close();
        CheckedProvider.assertClean(properties.provider(), directory, options);
    }

    /** What must hold at the end of every run, in this open and in the next. */
    void assertEverything() throws SpoolException {
        for (int round = 0; round < 2; round++) {
            for (int slot = 0; slot < OperationArbitraries.SLOTS; slot++) {
                assertHolds(id(slot));
            }
            scans.compare(spool, reference, EnumerateOptions.ALL);
            reopen();
        }
    }

    private static SpoolId id(int slot) {
        return new SpoolId(0x0190_0000_0000_7000L + slot, 0x8000_0000_0000_0000L + slot * 0x9e37_79b9L);
    }

    /** Submits a change to both sides; what is returned waits for the spool's outcome and compares. */
    private Runnable submit(Operation.Change change) {
        if (change instanceof Operation.Store store) {
            SpoolId id = id(store.slot());
            Message message = Samples.message(store.seed(), store.bodyBytes(), store.envelopeBytes());
            CompletableFuture<Void> future = spool.store(id, message);
            if (!reference.takesMessages()) {
                return () -> assertDraining(change, future);
            }
            reference.store(id, message);
            return future::join;
        }
        CompletableFuture<Boolean> future;
        boolean expected;
        if (change instanceof Operation.Update update) {
            ByteBuffer envelope = Samples.buffer(update.seed(), update.envelopeBytes());
            future = spool.updateEnvelope(id(update.slot()), envelope);
            expected = reference.takesChanges() && reference.updateEnvelope(id(update.slot()), envelope);
        } else {
            SpoolId id = id(((Operation.Remove) change).slot());
            future = spool.remove(id);
            expected = reference.takesChanges() && reference.remove(id);
            if (expected) {
                scans.forget(id);
            }
        }
        if (!reference.takesChanges()) {
            return () -> assertDraining(change, future);
        }
        return () -> assertThat(future.join()).as("%s", change).isEqualTo(expected);
    }

    private void removeAll(List<SpoolId> ids) {
        CompletableFuture<Long> future = spool.removeAll(ids);
        if (!reference.takesChanges()) {
            if (!ids.isEmpty()) {
                assertDraining("removeAll", future);
            }
            return;
        }
        long expected = ids.stream().filter(reference::remove).count();
        ids.forEach(scans::forget);
        assertThat(future.join()).as("messages removed").isEqualTo(expected);
    }

    private void enumerate(Operation.Enumerate enumerate) throws SpoolException {
        EnumerateOptions scan = EnumerateOptions.ALL;
        scan = enumerate.idsOnly() ? scan.withIdsOnly() : scan;
        scan = enumerate.presentAtOpenOnly() ? scan.withPresentAtOpenOnly() : scan;
        scans.compare(spool, reference, scan);
    }

    private void simple(Operation.Simple operation) throws SpoolException {
        boolean sealed = reference.phase() == Phase.SEALED;
        switch (operation) {
            case COMPACT -> {
                if (!sealed) {
                    spool.compact().join();
                }
            }
            case CLEANUP -> {
                if (!sealed) {
                    spool.cleanup().join();
                }
            }
            case ADVISE_LOW_MEMORY -> spool.adviseLowMemory();
            case DRAIN -> {
                if (!sealed) {
                    spool.drainable().drain(Duration.ofSeconds(60));
                    reference.drain();
                }
            }
            case SEAL -> {
                spool.drainable().seal();
                reference.seal();
            }
            case RESUME -> {
                spool.drainable().resumeAfterAbort();
                reference.resume();
            }
            case REOPEN -> reopen();
            case KILL -> kill();
        }
    }

    private void reopen() throws SpoolException {
        List<SpoolStats.Shard> heads = spool.stats().shards();
        spool.close();
        openAgain(heads);
    }

    private void kill() throws SpoolException {
        List<SpoolStats.Shard> heads = spool.stats().shards();
        if (!properties.abandon(spool)) {
            spool.close();
        }
        openAgain(heads);
    }

    private void openAgain(List<SpoolStats.Shard> heads) throws SpoolException {
        CheckedProvider.assertClean(properties.provider(), directory, options);
        spool = properties.provider().open(directory, options);
        reference.reopen();
        assertThat(spool.stats().shards()).as("heads after reopen").isEqualTo(heads);
    }

    private void assertHolds(SpoolId id) {
        Message expected = reference.load(id);
        if (expected == null) {
            assertThat(spool.load(id).join()).as("%s", id).isEmpty();
            assertThat(spool.loadEnvelope(id).join()).as("%s", id).isEmpty();
            return;
        }
        Message actual = spool.load(id).join().orElseThrow(() -> new AssertionError(id + " is missing"));
        assertThat(actual.bodyToArray()).as("body of %s", id).isEqualTo(expected.bodyToArray());
        assertThat(actual.envelope()).as("envelope of %s", id).isEqualTo(expected.envelope());
        assertThat(spool.loadEnvelope(id).join()).as("envelope of %s", id).contains(expected.envelope());
    }

    private void assertCounts() {
        SpoolStats stats = spool.stats();
        assertThat(stats.entries()).as("entries").isEqualTo(reference.messages().size());
        assertThat(stats.liveBytes()).as("live bytes").isEqualTo(reference.liveBytes());
        assertThat(spool.drainable().snapshotState().phase()).as("phase").isEqualTo(reference.phase());
        assertThat(spool.unhealthyReason() == null).as("healthy").isEqualTo(reference.takesMessages());
    }

    private static void assertDraining(Object operation, CompletableFuture<?> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            assertThat(e.getCause()).as("%s", operation).isInstanceOf(SpoolDrainingException.class);
            return;
        }
        throw new AssertionError(operation + " was not refused");
    }
}
