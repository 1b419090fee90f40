package dev.spool.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Drainable.Phase;
import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolStats;
import dev.spool.testkit.contract.Samples;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A spool and its reference, taken through the same operations; throws at the first difference. */
class ModelRun implements AutoCloseable {

    private final Subject subject;
    private final ReferenceSpool reference = new ReferenceSpool();
    private final ScanComparison scans = new ScanComparison();
    private Spool spool;
    private CompletableFuture<Void> compaction = CompletableFuture.completedFuture(null);

    ModelRun(Subject subject) throws SpoolException {
        this.subject = subject;
        this.spool = subject.open();
    }

    final ReferenceSpool reference() {
        return reference;
    }

    final Spool spool() {
        return spool;
    }

    final void replaceSpool(Spool opened) {
        spool = opened;
        compaction = CompletableFuture.completedFuture(null); // one of the spool before went with it
        reference.reopen();
    }

    /** Called before the reference changes what it holds under an id. */
    void changing(SpoolId id) {}

    /** Called when a change has been submitted and the reference has made it; not if it refuses it. */
    void changed(SpoolId id, CompletableFuture<?> future) {}

    /** What comes under this id later is another message. */
    final void forget(SpoolId id) {
        scans.forget(id);
    }

    void apply(Operation operation) throws SpoolException {
        if (operation instanceof Operation.Change change) {
            submit(change).compare();
        } else if (operation instanceof Operation.Together together) {
            List<Submitted> submitted = new ArrayList<>();
            for (Operation.Change change : together.changes()) {
                submitted.add(submit(change));
            }
            submitted.forEach(Submitted::compare);
        } else if (operation instanceof Operation.RemoveAll all) {
            removeAll(all.slots().stream().map(ModelRun::id).toList());
        } else if (operation instanceof Operation.Load load) {
            assertHolds(id(load.slot()));
        } else if (operation instanceof Operation.Enumerate enumerate) {
            enumerate(enumerate);
        } else if (operation instanceof Operation.Simple simple) {
            simple(simple);
        } else {
            throw new IllegalArgumentException("only a simulated machine can do this: " + operation);
        }
        subject.pass();
        assertCounts();
        assertCompacts();
    }

    /** Closes and checks. */
    @Override
    public void close() throws SpoolException {
        spool.close();
        subject.check();
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

    static SpoolId id(int slot) {
        return new SpoolId(0x0190_0000_0000_7000L + slot, 0x8000_0000_0000_0000L + slot * 0x9e37_79b9L);
    }

    /** Submits a change to both sides. */
    final Submitted submit(Operation.Change change) {
        SpoolId id = id(change.slot());
        changing(id);
        Submitted submitted = submit(change, id);
        if (submitted.taken) {
            changed(id, submitted.future);
        }
        return submitted;
    }

    private Submitted submit(Operation.Change change, SpoolId id) {
        if (change instanceof Operation.Store store) {
            Message message = Samples.message(store.seed(), store.bodyBytes(), store.envelopeBytes());
            boolean taken = reference.takesMessages();
            if (taken) {
                reference.store(id, message);
            }
            return new Submitted(change, spool.store(id, message), taken, null);
        }
        boolean taken = reference.takesChanges();
        if (change instanceof Operation.Update update) {
            ByteBuffer envelope = Samples.buffer(update.seed(), update.envelopeBytes());
            boolean expected = taken && reference.updateEnvelope(id, envelope);
            return new Submitted(change, spool.updateEnvelope(id, envelope), taken, expected);
        }
        boolean expected = taken && reference.remove(id);
        if (expected) {
            scans.forget(id);
        }
        return new Submitted(change, spool.remove(id), taken, expected);
    }

    /** A change on its way, and what must come of it. */
    final class Submitted {
        private final Object what;
        private final CompletableFuture<?> future;
        private final boolean taken;
        private final @Nullable Object expected;

        Submitted(Object what, CompletableFuture<?> future, boolean taken, @Nullable Object expected) {
            this.what = what;
            this.future = future;
            this.taken = taken;
            this.expected = expected;
        }

        /** Waits for the outcome, and fails if it is another than it must be. */
        void compare() {
            try {
                Object outcome = subject.await(future);
                assertThat(taken).as("%s should be refused", what).isTrue();
                assertThat(outcome).as("%s", what).isEqualTo(expected);
            } catch (CompletionException e) {
                assertThat(taken).as("%s failed: %s", what, e.getCause()).isFalse();
                assertThat(e.getCause()).as("%s", what).isInstanceOf(SpoolDrainingException.class);
            }
        }
    }

    private void removeAll(List<SpoolId> ids) {
        boolean taken = reference.takesChanges() || ids.isEmpty();
        ids.forEach(this::changing);
        long expected = taken ? ids.stream().filter(reference::remove).count() : 0;
        CompletableFuture<Long> future = spool.removeAll(ids);
        if (taken) {
            ids.forEach(scans::forget);
            ids.forEach(id -> changed(id, future));
        }
        new Submitted("removeAll", future, taken, expected).compare();
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
                    subject.await(spool.compact());
                }
            }
            case BEGIN_COMPACTION -> {
                if (!sealed) {
                    compaction = spool.compact();
                }
            }
            case CLEANUP -> {
                if (!sealed) {
                    subject.await(spool.cleanup());
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
        if (!subject.kill(spool)) {
            spool.close();
        }
        openAgain(heads);
    }

    private void openAgain(List<SpoolStats.Shard> heads) throws SpoolException {
        subject.check();
        replaceSpool(subject.open());
        assertThat(spool.stats().shards()).as("heads after reopen").isEqualTo(heads);
    }

    final void assertHolds(SpoolId id) {
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

    /** A compaction that was begun is under way, done, or ended by the end of its spool. */
    private void assertCompacts() {
        if (compaction.isCompletedExceptionally()) {
            assertThat(compaction.handle((done, failure) -> failure).join()).isInstanceOf(SpoolDrainingException.class);
        }
    }

    private void assertCounts() {
        SpoolStats stats = spool.stats();
        assertThat(stats.entries()).as("entries").isEqualTo(reference.messages().size());
        assertThat(stats.liveBytes()).as("live bytes").isEqualTo(reference.liveBytes());
        assertThat(spool.drainable().snapshotState().phase()).as("phase").isEqualTo(reference.phase());
        assertThat(spool.unhealthyReason() == null).as("healthy").isEqualTo(reference.takesMessages());
    }
}
