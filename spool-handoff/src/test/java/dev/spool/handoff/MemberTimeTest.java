package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.ControlSocket;
import dev.spool.handoff.transport.ManualTime;
import dev.spool.handoff.transport.PlayedPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server does by itself, and when, while a test plays its supervisor. */
@Timeout(180)
class MemberTimeTest {

    private static final HandoffOptions OPTIONS = HandoffOptions.DEFAULTS;
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration TICK = Duration.ofNanos(1);

    @TempDir
    Path temp;

    private final ManualTime time = new ManualTime();
    private final CompletableFuture<Spool> serving = new CompletableFuture<>();
    private HandoffMember member;
    private Process successor;

    @BeforeEach
    void start() throws IOException {
        successor = new ProcessBuilder("sleep", "600").start();
        HandoffServer server = spool -> {
            serving.complete(spool);
            return List.of();
        };
        member = new HandoffMember(
                new SpoolSource(SpoolProvider.named("file"), temp.resolve("spool"), SpoolOptions.DEFAULTS),
                server,
                OPTIONS,
                Map.of(HandoffMember.SOCKET_VARIABLE, socket().toString()),
                time,
                Points.NONE);
        Thread thread = new Thread(() -> {
            try {
                member.run();
            } catch (Exception e) {
                serving.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void end() {
        member.stop();
        successor.destroyForcibly();
    }

    private Path socket() {
        return temp.resolve("s");
    }

    @Test
    void aServerWithoutASupervisorAsksAgainEveryHalfSecond() throws Exception {
        time.awaitWaiter(RETRY);
        try (ControlSocket control = ControlSocket.bind(socket())) {
            time.advance(RETRY.minus(TICK));
            time.awaitWaiter(TICK);
            time.advance(TICK);
            assertThat(welcomed(control).hearsNothing()).isTrue();
        }
    }

    @Test
    void aSealedServerWhoseSupervisorFallsSilentEndsASuccessorThatHangsAtTheDeadlineAndServesAgain() throws Exception {
        time.awaitWaiter(RETRY);
        try (ControlSocket control = ControlSocket.bind(socket())) {
            time.advance(RETRY);
            PlayedPeer peer = welcomed(control);
            Duration deadline = Duration.ofSeconds(60);
            UUID handoff = UUID.randomUUID();
            ProcessId next = ProcessId.of(successor.toHandle());
            peer.say(new Frame.Prepare(handoff, deadline.toMillis(), 10_000, next.pid(), next.start()));
            assertThat(peer.hear()).isEqualTo(new Frame.Drained(handoff, 0, true));
            peer.say(new Frame.Seal(handoff));
            assertThat(peer.hear()).isInstanceOf(Frame.Sealed.class);

            time.awaitWaiter(OPTIONS.heartbeat());
            time.advance(OPTIONS.silence());
            time.awaitWaiter(LOOK); // it knows that it is alone, and looks after the successor
            time.advance(deadline.minus(OPTIONS.silence()).minus(TICK));
            time.awaitWaiter(LOOK);
            assertThat(successor.isAlive()).isTrue();
            Assertions.assertThatThrownBy(this::store).isInstanceOf(SpoolDrainingException.class);

            time.advance(LOOK);
            successor.waitFor();
            time.awaitWaiter(LOOK);
            time.advance(LOOK);
            welcomed(control);
            store();
        }
    }

    private void store() throws Exception {
        serving.get().blocking().store(SpoolId.next(), Message.of(new byte[] {1}));
    }

    /** Accepts the server's next connection, and plays its supervisor from then on. */
    private static PlayedPeer welcomed(ControlSocket control) throws IOException {
        PlayedPeer peer = new PlayedPeer(control.accept(), Role.INCUMBENT);
        assertThat(peer.hear()).isInstanceOfSatisfying(Frame.Hello.class, hello -> {
            assertThat(hello.role()).isEqualTo(Role.INCUMBENT);
            assertThat(hello.pid()).isEqualTo(ProcessHandle.current().pid());
        });
        peer.say(new Frame.Welcome(Frame.NO_HANDOFF, FrameFormat.VERSION));
        return peer;
    }
}
