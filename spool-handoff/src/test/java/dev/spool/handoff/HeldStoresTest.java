package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.StoreOptions;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HeldStoresTest {

    @TempDir
    Path temp;

    private Spool spool;
    private HeldStores stores;
    private Drainable drainable;

    @BeforeEach
    void open() throws Exception {
        spool = SpoolProvider.named("file").open(temp.resolve("spool"), SpoolOptions.DEFAULTS);
        stores = new HeldStores(spool, 1000, Duration.ofMinutes(1));
        drainable = stores.around(spool.drainable());
    }

    @AfterEach
    void close() throws Exception {
        spool.close();
    }

    @Test
    void whatIsHeldIsStoredAfterAnAbort() throws Exception {
        drainable.drain(Duration.ofSeconds(10));
        drainable.seal();
        SpoolId id = SpoolId.next();
        CompletableFuture<Void> outcome = store(id, StoreOptions.DEFAULT, 100);
        awaitHeld(1);
        assertThat(outcome).isNotDone();
        drainable.resumeAfterAbort();
        outcome.get(30, TimeUnit.SECONDS);
        assertThat(spool.load(id).join()).isPresent();
        assertThat(stores.count()).isZero();
    }

    @Test
    void whatIsHeldIsRefusedAfterACommit() throws Exception {
        drainable.seal();
        CompletableFuture<Void> outcome = store(SpoolId.next(), StoreOptions.DEFAULT, 100);
        awaitHeld(1);
        stores.close();
        assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(SpoolDrainingException.class);
        CompletableFuture<Void> late = store(SpoolId.next(), StoreOptions.DEFAULT, 100);
        assertThatThrownBy(() -> late.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(SpoolDrainingException.class);
    }

    @Test
    void aHeldStoreKeepsItsDeadlineAndIsNeverStoredAfterIt() throws Exception {
        drainable.drain(Duration.ofSeconds(10));
        SpoolId id = SpoolId.next();
        CompletableFuture<Void> outcome = store(id, StoreOptions.DEFAULT.withDeadline(Duration.ofMillis(50)), 100);
        assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(SpoolDeadlineException.class);
        drainable.resumeAfterAbort();
        store(SpoolId.next(), StoreOptions.DEFAULT, 1).get(30, TimeUnit.SECONDS);
        assertThat(spool.load(id).join()).isEmpty();
    }

    @Test
    void pastTheBoundStoresAreRefusedAtOnce() throws Exception {
        drainable.drain(Duration.ofSeconds(10));
        CompletableFuture<Void> fits = store(SpoolId.next(), StoreOptions.DEFAULT, 900);
        awaitHeld(1);
        CompletableFuture<Void> tooMuch = store(SpoolId.next(), StoreOptions.DEFAULT, 101);
        assertThatThrownBy(() -> tooMuch.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(SpoolDrainingException.class);
        assertThat(fits).isNotDone();
        drainable.resumeAfterAbort();
        fits.get(30, TimeUnit.SECONDS);
    }

    @Test
    @Timeout(60)
    void whatWasStoredOrGivenUpIsNotKeptInMemoryUntilItsDeadline() throws Exception {
        drainable.drain(Duration.ofSeconds(10));
        StoreOptions patient = StoreOptions.DEFAULT.withDeadline(Duration.ofHours(1));
        List<CompletableFuture<Void>> outcomes = new ArrayList<>();
        List<WeakReference<Message>> messages = List.of(storeWeakly(patient, outcomes), storeWeakly(patient, outcomes));
        awaitHeld(2);
        outcomes.get(0).cancel(false);
        assertThat(stores.count()).isEqualTo(1);
        drainable.resumeAfterAbort();
        outcomes.get(1).get(30, TimeUnit.SECONDS);
        for (WeakReference<Message> message : messages) {
            while (message.get() != null) {
                System.gc();
                Thread.sleep(5);
            }
        }
    }

    private WeakReference<Message> storeWeakly(StoreOptions options, List<CompletableFuture<Void>> outcomes) {
        Message message = Message.of(new byte[100]);
        outcomes.add(stores.store(SpoolId.next(), message, options));
        return new WeakReference<>(message);
    }

    private CompletableFuture<Void> store(SpoolId id, StoreOptions options, int bytes) {
        return stores.store(id, Message.of(new byte[bytes]), options);
    }

    private void awaitHeld(int count) throws InterruptedException {
        while (stores.count() < count) {
            Thread.sleep(5);
        }
    }
}
