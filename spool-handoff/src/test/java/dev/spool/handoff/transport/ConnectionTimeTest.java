package dev.spool.handoff.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a connection speaks by itself, and when it takes its peer for dead, to the nanosecond. */
@Timeout(120)
class ConnectionTimeTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(11); // not a multiple of the heartbeat
    private static final Duration HELLO = Duration.ofSeconds(5);
    private static final Duration TICK = Duration.ofNanos(1);
    private static final Frame BEAT = new Frame.Heartbeat(Frame.NO_HANDOFF);

    @TempDir
    Path temp;

    private final ManualTime time = new ManualTime();
    private final BlockingQueue<Frame> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private ControlSocket control;
    private PlayedPeer peer;
    private Connection connection;

    @BeforeEach
    void connect() throws IOException {
        control = ControlSocket.bind(temp.resolve("s"));
        peer = new PlayedPeer(ControlSocket.connect(control.path()), Role.SUPERVISOR);
        connection = new Connection(control.accept(), new Connection.Timing(time, HEARTBEAT, SILENCE, HELLO));
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        peer.close();
        control.close();
    }

    private void start() {
        connection.start("peer", Role.SUPERVISOR, new Connection.Listener() {
            @Override
            public void heard(Frame frame) {
                heard.add(frame);
            }

            @Override
            public void ended(String why) {
                ended.complete(why);
            }
        });
    }

    @Test
    void aSilentPeerIsDeadAfterExactlyTheSilence() throws Exception {
        start();
        for (int beats = 1; beats <= 5; beats++) {
            time.awaitWaiter(HEARTBEAT);
            time.advance(HEARTBEAT);
            assertThat(peer.hearAnything()).isEqualTo(BEAT);
        }
        time.awaitWaiter(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1).minus(TICK));
        time.awaitWaiter(TICK);
        assertThat(ended).isNotDone();
        time.advance(TICK);
        assertThat(ended.get()).isEqualTo("nothing came from the peer for 11000 ms");
        assertThat(peer.isLeft()).isTrue();
    }

    @Test
    void whatIsHeardBeginsTheSilenceAnewAndAHeartbeatIsEnough() throws Exception {
        start();
        Frame order = new Frame.Seal(UUID.randomUUID());
        time.awaitWaiter(HEARTBEAT);
        for (int i = 0; i < 3; i++) {
            time.advance(SILENCE.minus(TICK));
            assertThat(peer.hearAnything()).isEqualTo(BEAT); // sent after the silence was looked at
            peer.say(BEAT);
            peer.say(order); // nobody is told of a heartbeat, so this tells when it has been read
            assertThat(heard.take()).isEqualTo(order);
        }
        assertThat(ended).isNotDone();
        time.advance(SILENCE);
        assertThat(ended.get()).startsWith("nothing came");
    }

    @Test
    void aHeartbeatIsSentNeitherSoonerNorLater() throws Exception {
        start();
        time.awaitWaiter(HEARTBEAT);
        time.advance(HEARTBEAT.minus(TICK));
        time.awaitWaiter(TICK);
        assertThat(peer.hearsNothing()).isTrue();
        time.advance(TICK);
        assertThat(peer.hearAnything()).isEqualTo(BEAT);
    }

    @Test
    void whoDoesNotSayInTimeWhoHeIsIsSentAway() throws Exception {
        CompletableFuture<Frame> first = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return connection.first(null);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "first").start());
        time.awaitWaiter(HELLO);
        time.advance(HELLO.minus(TICK));
        time.awaitWaiter(TICK);
        assertThat(first).isNotDone();
        time.advance(TICK);
        assertThatThrownBy(first::get).hasRootCauseInstanceOf(IOException.class);
        assertThat(peer.isLeft()).isTrue();
    }
}
