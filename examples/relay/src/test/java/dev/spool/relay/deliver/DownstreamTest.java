package dev.spool.relay.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.relay.envelope.Envelope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An attempt that is abandoned ends at once, wherever it is, and makes no other connection. The test is the server, line by line. */
class DownstreamTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Envelope ENVELOPE = new Envelope(NOW, "a@example.org", 0, NOW, List.of("b@example.net"));

    private ServerSocketChannel listener;
    private Downstream downstream;

    @BeforeEach
    void listen() throws IOException {
        listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        downstream = new Downstream(
                (InetSocketAddress) listener.getLocalAddress(), "relay.example.org", Duration.ofMinutes(5));
    }

    @AfterEach
    void close() throws IOException {
        downstream.close();
        listener.close();
    }

    private CompletableFuture<Attempt> deliver() {
        return CompletableFuture.supplyAsync(() ->
                downstream.deliver(ENVELOPE, Message.of(ByteBuffer.wrap(new byte[] {'x'}), ByteBuffer.allocate(0))));
    }

    private void abandoned(CompletableFuture<Attempt> attempt) throws Exception {
        downstream.abandon();
        Attempt outcome = attempt.get(1, TimeUnit.MINUTES);
        assertThat(outcome.deferred()).containsExactly("b@example.net");
        listener.configureBlocking(false);
        assertThat(listener.accept()).as("another connection").isNull();
        listener.configureBlocking(true);
    }

    @Test
    void anAttemptIsAbandonedWhileItWaitsForTheGreetingAndItsSocketIsClosed() throws Exception {
        CompletableFuture<Attempt> attempt = deliver();
        try (Server server = new Server()) {
            abandoned(attempt);
            assertThat(server.hear()).isNull();
        }
        CompletableFuture<Attempt> next = deliver();
        try (Server server = new Server()) {
            server.greet();
            server.take();
        }
        assertThat(next.get(1, TimeUnit.MINUTES)).isEqualTo(Attempt.delivered());
    }

    @Test
    void anAttemptIsAbandonedOnAKeptConnectionAndMakesNoOther() throws Exception {
        try (Server server = new Server(deliver())) {
            CompletableFuture<Attempt> attempt = deliver();
            assertThat(server.hear()).startsWith("MAIL ");
            abandoned(attempt);
            assertThat(server.hear()).isNull();
        }
    }

    @Test
    void aGreetingThatIsNoneCostsAnAttemptAndNoSocket() throws Exception {
        CompletableFuture<Attempt> attempt = deliver();
        try (Server server = new Server()) {
            server.say("what?");
            assertThat(attempt.get(1, TimeUnit.MINUTES).deferred()).containsExactly("b@example.net");
            assertThat(server.hear()).isNull();
        }
    }

    private final class Server implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;

        Server() throws IOException {
            socket = listener.accept().socket();
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        /** Has taken one message. */
        Server(CompletableFuture<Attempt> first) throws Exception {
            this();
            greet();
            take();
            assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo(Attempt.delivered());
        }

        void greet() throws IOException {
            say("220 here");
            answer("EHLO ", "250 here");
        }

        void take() throws IOException {
            answer("MAIL ", "250 yes");
            answer("RCPT ", "250 yes");
            answer("DATA", "354 go on");
            assertThat(hear()).isEqualTo("x");
            answer(".", "250 taken");
        }

        private void answer(String begin, String reply) throws IOException {
            assertThat(hear()).startsWith(begin);
            say(reply);
        }

        void say(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        String hear() throws IOException {
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
