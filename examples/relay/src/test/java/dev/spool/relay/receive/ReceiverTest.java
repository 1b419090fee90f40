package dev.spool.relay.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolOverloadedException;
import dev.spool.SpoolProvider;
import dev.spool.SpoolUnhealthyException;
import dev.spool.handoff.HeldStores;
import dev.spool.relay.SpoolWithFaults;
import dev.spool.relay.envelope.Envelope;
import dev.spool.relay.envelope.EnvelopeFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client is told, and when. */
class ReceiverTest {

    private static final int BYTES_MAX = 10_000;
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123Z");

    @TempDir
    private Path directory;

    private final BlockingQueue<SpoolId> stored = new LinkedBlockingQueue<>();
    private Spool real;
    private SpoolWithFaults faults;
    private HeldStores held;
    private ServerSocketChannel listener;
    private Receiver receiver;
    private SocketAddress address;

    @BeforeEach
    void start() throws Exception {
        real = SpoolProvider.named("file").open(directory.resolve("spool"), SpoolOptions.DEFAULTS);
        faults = new SpoolWithFaults(real);
        held = new HeldStores(faults.spool(), 1 << 20, Duration.ofMinutes(1));
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = listener.getLocalAddress();
        receiver = new Receiver(
                listener,
                new Transactions(),
                new Intake(faults.spool(), held, (id, envelope) -> stored.add(id)),
                "relay.example.org",
                BYTES_MAX,
                InstantSource.fixed(NOW));
        receiver.start();
    }

    @AfterEach
    void stop() throws Exception {
        receiver.hold();
        held.close();
        receiver.finish(Duration.ofSeconds(10));
        receiver.close();
        assertThat(listener.isOpen()).isTrue();
        listener.close();
        real.close();
    }

    @Test
    void aMessageIsInTheSpoolWithItsEnvelopeWhenItIsAnsweredWith250() throws Exception {
        try (Dialog client = Dialog.greeted(address)) {
            client.sendMessage("Subject: x\n\n..dot\nend");
            assertThat(client.reply()).startsWith("250 2.0.0 stored as ");
        }
        SpoolId id = stored.take();
        var message = real.blocking().load(id).orElseThrow();
        assertThat(EnvelopeFormat.read(message.envelope()))
                .isEqualTo(new Envelope(NOW, "a@example.org", 0, NOW, List.of("b@example.net")));
        assertThat(new String(message.bodyToArray(), StandardCharsets.US_ASCII))
                .startsWith("Received: from client.example.org")
                .endsWith("Subject: x\r\n\r\n.dot\r\nend\r\n");
    }

    @Test
    void answers250OnlyAfterTheStoreHasCompleted() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        faults.stores.set(() -> {
            called.countDown();
            return outcome;
        });
        try (Dialog client = Dialog.greeted(address)) {
            client.sendMessage("x");
            called.await();
            assertThat(client.hasReply()).isFalse();
            outcome.complete(null);
            assertThat(client.reply()).startsWith("250 ");
        }
    }

    @Test
    void answersEachFailureOfTheStoreAsTheReadmeSaysAndGoesOnWithTheConnection() throws Exception {
        try (Dialog client = Dialog.greeted(address)) {
            assertThat(replyTo(client, new SpoolFullException("test"))).startsWith("452 4.3.1 ");
            assertThat(replyTo(client, new SpoolOverloadedException("test"))).startsWith("451 ");
            assertThat(replyTo(client, new SpoolDeadlineException("test"))).startsWith("451 ");
            assertThat(replyTo(client, new SpoolUnhealthyException("test"))).startsWith("451 ");
            assertThat(replyTo(client, new SpoolInDoubtException("test"))).startsWith("451 ");
            faults.stores.set(null);
            client.sendMessage("x");
            assertThat(client.reply()).startsWith("250 ");
        }
    }

    private String replyTo(Dialog client, SpoolException failure) throws Exception {
        faults.stores.set(() -> CompletableFuture.failedFuture(failure));
        client.sendMessage("x");
        return client.reply();
    }

    @Test
    void sendsClientsAwayWhenTheSpoolDrainsForAnotherReasonThanAHandoff() throws Exception {
        try (Dialog client = Dialog.greeted(address)) {
            assertThat(replyTo(client, new SpoolDrainingException("test"))).startsWith("421 ");
            assertThat(client.reply()).isNull();
        }
    }

    @Test
    void aMessageInDoubtIsTakenBackSinceItsClientSendsItAgain() throws Exception {
        faults.afterStore.set(new SpoolInDoubtException("test"));
        try (Dialog client = Dialog.greeted(address)) {
            client.sendMessage("x");
            assertThat(client.reply()).startsWith("451 ");
        }
        while (real.stats().entries() > 0) {
            Thread.sleep(5);
        }
        assertThat(stored).isEmpty();
    }

    @Test
    void theHealthProbeRefusesAtMailAndAtTheNextConnection() throws Exception {
        try (Dialog client = Dialog.greeted(address)) {
            faults.cause.set(Health.Cause.FULL);
            assertThat(client.ask("MAIL FROM:<a@example.org>")).isEqualTo("452 4.3.1 spool storage is full");
            faults.cause.set(Health.Cause.SYNC_FAILED);
            assertThat(client.ask("MAIL FROM:<a@example.org>")).isEqualTo("451 4.3.0 spool storage failed");
            try (Dialog next = new Dialog(address)) {
                assertThat(next.reply()).isEqualTo("421 4.3.2 spool storage failed");
                assertThat(next.reply()).isNull();
            }
            faults.cause.set(Health.Cause.FULL_SOFT);
            assertThat(client.ask("MAIL FROM:<a@example.org>")).startsWith("250 ");
        }
    }

    @Test
    void refusesWhatIsTooLargeAndWhomItCannotPassOn() throws Exception {
        try (Dialog client = Dialog.greeted(address)) {
            client.sendMessage("x".repeat(BYTES_MAX));
            assertThat(client.reply()).startsWith("552 ");
            client.ask("MAIL FROM:<a@example.org>");
            assertThat(client.ask("RCPT TO:<\"b c\"@example.net>")).startsWith("553 ");
        }
        assertThat(real.stats().entries()).isZero();
    }

    @Test
    void aConnectionThatBreaksOffWithinTheDataLeavesNothing() throws Exception {
        try (Dialog client = Dialog.greeted(address)) {
            client.ask("MAIL FROM:<a@example.org>");
            client.ask("RCPT TO:<b@example.net>");
            client.ask("DATA");
            client.say("half a line");
        }
        try (Dialog client = Dialog.greeted(address)) {
            client.ask("MAIL FROM:<a@example.org>");
            client.ask("RCPT TO:<b@example.net>");
            client.say("BDAT 1000 LAST\nhalf a chunk");
        }
        while (receiver.connections() > 0) {
            Thread.sleep(5);
        }
        assertThat(real.stats().entries()).isZero();
    }

    @Test
    void clientsBetweenTransactionsWaitForTheOutcomeOfAHandoffAndGoOnWhenItIsCalledOff() throws Exception {
        try (Dialog client = Dialog.greeted(address);
                Dialog within = Dialog.greeted(address)) {
            within.ask("MAIL FROM:<a@example.org>");
            receiver.hold();
            assertThat(receiver.awaitNoTransaction(Duration.ofMillis(1))).isFalse();
            client.say("MAIL FROM:<a@example.org>\n");
            within.ask("RCPT TO:<b@example.net>");
            within.ask("DATA");
            assertThat(within.ask("x\n.")).startsWith("250 ");
            assertThat(receiver.awaitNoTransaction(Duration.ofMinutes(1))).isTrue();
            try (Dialog queued = new Dialog(address)) {
                assertThat(client.hasReply()).isFalse();
                assertThat(queued.hasReply()).isFalse();
                receiver.release();
                assertThat(client.reply()).startsWith("250 ");
                assertThat(queued.reply()).startsWith("220 ");
            }
        }
    }

    @Test
    void onceAnotherProcessServesClientsGet421BetweenTransactionsAndNoReset() throws Exception {
        try (Dialog idle = Dialog.greeted(address);
                Dialog waiting = Dialog.greeted(address);
                Dialog within = Dialog.greeted(address)) {
            within.ask("MAIL FROM:<a@example.org>");
            receiver.hold();
            waiting.say("MAIL FROM:<a@example.org>\n");
            faults.stores.set(() -> CompletableFuture.failedFuture(new SpoolDrainingException("test")));
            held.close();
            CompletableFuture<Void> finished = inItsOwnThread(() -> receiver.finish(Duration.ofMinutes(1)));
            for (Dialog each : List.of(idle, waiting)) {
                assertThat(each.reply()).startsWith("421 4.3.2 ");
                each.say("QUIT\n"); // is heard by nobody, and must not turn into a reset
                assertThat(each.reply()).isNull();
                each.close();
            }
            within.ask("RCPT TO:<b@example.net>");
            within.ask("DATA");
            assertThat(within.ask("x\n.")).startsWith("421 ");
            assertThat(within.reply()).isNull();
            within.close();
            finished.join();
            assertThat(receiver.connections()).isZero();
        }
    }

    @Test
    void aClientThatReadsNothingDoesNotHoldUpTheEnd() throws Exception {
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(4096);
            client.connect(address);
            CompletableFuture<Void> said = inItsOwnThread(() -> sayWithoutEnd(client));
            // Each time it looks: a write that does not wait is seldom caught, and never so often in a row.
            for (int caught = 0; caught < 20; caught = writeWaits() ? caught + 1 : 0) {
                Thread.sleep(5);
            }
            receiver.hold();
            CompletableFuture<Void> ended = inItsOwnThread(() -> {
                receiver.finish(Duration.ofMillis(1));
                receiver.close();
            });
            ended.get(1, TimeUnit.MINUTES);
            while (receiver.connections() > 0) {
                Thread.sleep(5);
            }
            said.get(1, TimeUnit.MINUTES);
        }
    }

    /** On JDK 25 with two processors the common pool has one thread, and of two tasks that wait for each other the second never begins. */
    private static CompletableFuture<Void> inItsOwnThread(Runnable task) {
        return CompletableFuture.runAsync(task, run -> new Thread(run, "beside the test").start());
    }

    private static void sayWithoutEnd(Socket client) {
        byte[] commands = "EHLO client.example.org\r\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        try {
            while (true) {
                client.getOutputStream().write(commands);
            }
        } catch (IOException e) {
            // The connection was broken off.
        }
    }

    /** Whether the server is within a write to its client, which ends only when the client reads. */
    private static boolean writeWaits() {
        return Thread.getAllStackTraces().values().stream().anyMatch(ReceiverTest::writeWaits);
    }

    private static boolean writeWaits(StackTraceElement[] stack) {
        return stack.length > 0
                && stack[0].isNativeMethod()
                && Stream.of(stack)
                        .anyMatch(call -> call.getMethodName().equals("write")
                                && call.getClassName().startsWith(ClientConnection.class.getName()));
    }

    @Test
    void whoeverIsStillWithinTheDataAfterTheGraceGets421AndNoReset() throws Exception {
        try (Dialog client = Dialog.greeted(address)) {
            client.ask("MAIL FROM:<a@example.org>");
            client.ask("RCPT TO:<b@example.net>");
            client.ask("DATA");
            client.say("half a message\n");
            receiver.hold();
            CompletableFuture<Void> finished = inItsOwnThread(() -> receiver.finish(Duration.ofMillis(1)));
            assertThat(client.reply()).startsWith("421 ");
            client.say("the other half\n.\n");
            assertThat(client.reply()).isNull();
            client.close();
            finished.join();
        }
        assertThat(real.stats().entries()).isZero();
    }
}
