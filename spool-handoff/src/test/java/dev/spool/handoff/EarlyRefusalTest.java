package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.handoff.PlayedServers.Started;
import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.ControlSocket;
import dev.spool.handoff.transport.PlayedPeer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A successor that refuses instead of introducing itself ends its own handoff, and nobody else's. */
class EarlyRefusalTest {

    @TempDir
    Path temp;

    @Test
    @Timeout(120)
    void theOldServerHearsNothingOfItAndTheRequesterTheReason() throws Exception {
        PlayedServers servers = new PlayedServers(temp);
        Supervisor supervisor =
                new Supervisor(servers.command("exec sleep 600"), temp.resolve("s"), SupervisorTimeTest.OPTIONS);
        CompletableFuture<Void> run = SupervisorTimeTest.inItsOwnThread(() -> {
            supervisor.run();
            return null;
        });
        try {
            PlayedPeer old = servers.speakFor(servers.await(0), Role.INCUMBENT);
            CompletableFuture<Requester.Outcome> outcome = SupervisorTimeTest.inItsOwnThread(
                    () -> Requester.replace(temp.resolve("s"), SupervisorTimeTest.OPTIONS, text -> {}));
            Started next = servers.await(1);
            refuse(UUID.randomUUID());
            refuse(Frame.NO_HANDOFF);
            assertThat(next.runs()).isTrue();
            assertThat(outcome).isNotDone();
            refuse(next.handoff());
            next.awaitEnd();
            assertThat(outcome.get())
                    .isEqualTo(new Requester.Outcome(
                            false, "the new server refused: not ready: no key; the old server serves"));
            assertThat(old.hearsNothing()).isTrue();
        } finally {
            supervisor.stop();
            run.get();
        }
    }

    /** Refuses, and waits until the supervisor has heard it. */
    private void refuse(UUID handoff) throws Exception {
        try (PlayedPeer peer = new PlayedPeer(ControlSocket.connect(temp.resolve("s")), Role.SUPERVISOR)) {
            peer.say(new Frame.Refused(handoff, "not ready: no key"));
            assertThat(peer.isLeft()).isTrue();
        }
    }
}
