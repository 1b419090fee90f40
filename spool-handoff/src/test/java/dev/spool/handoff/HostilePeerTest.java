package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.StrangerProcess;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is said at the socket, the server that serves goes on serving, and a following handoff works. */
class HostilePeerTest {

    @TempDir
    Path temp;

    private Scenario scenario;
    private long server;

    @BeforeEach
    void start() throws Exception {
        scenario = Scenario.start(temp, "none:");
        server = scenario.awaitOneServer();
    }

    @AfterEach
    void stop() {
        scenario.close();
    }

    @Test
    void garbageWrongFramesAndFalseNamesDoNoHarm() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 50; round++) {
            byte[] garbage = new byte[random.nextInt(1, 200)];
            random.nextBytes(garbage);
            say(ByteBuffer.wrap(garbage));
        }
        say(ByteBuffer.wrap(new byte[] {-1, -1, -1, 127, 0, 0}));
        say(FrameFormat.encode(new Frame.Commit(UUID.randomUUID())));
        say(FrameFormat.encode(new Frame.Refused(UUID.randomUUID(), "not true")));
        say(hello(Role.SUPERVISOR, 1));
        for (Role role : List.of(Role.INCUMBENT, Role.SUCCESSOR, Role.REQUESTER)) {
            for (long pid : new long[] {server, 1, ProcessHandle.current().pid()}) {
                say(hello(role, pid), FrameFormat.encode(new Frame.Sealed(UUID.randomUUID(), REPORT)));
                say(hello(role, pid), FrameFormat.encode(new Frame.Take(UUID.randomUUID())));
                say(hello(role, pid), FrameFormat.encode(new Frame.Lost(UUID.randomUUID(), "not true")));
            }
        }
        say(FrameFormat.encode(new Frame.Hello(Frame.NO_HANDOFF, Role.REQUESTER, 1, 2, 9, "a later version")));
        assertThat(scenario.awaitOneServer()).isEqualTo(server);
        scenario.awaitReplacement();
        assertThat(scenario.awaitOneServer()).isNotEqualTo(server);
        scenario.assertNothingIsLost();
    }

    @Test
    void nobodyElseMayEvenConnect() throws Exception {
        Path socket = TestSupervisor.socket(temp);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(Files.list(temp).filter(file -> file.getFileName().toString().startsWith(".h")))
                .as("what the socket was made in")
                .isEmpty();
    }

    @Test
    void aProcessOfAnotherUserIsSentAwayAndTheServerServesOn() throws Exception {
        assumeTrue(StrangerProcess.whyNot() == null, StrangerProcess.whyNot());
        Path socket = TestSupervisor.socket(temp);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        Process stranger = StrangerProcess.start(temp, "call", socket);
        assertThat(stranger.waitFor()).isZero(); // it waits until it is sent away
        scenario.await("a word of it in the log", () -> scenario.log().contains("was refused; this is a socket of"));
        assertThat(scenario.awaitOneServer()).isEqualTo(server);
        scenario.awaitReplacement();
        assertThat(scenario.awaitOneServer()).isNotEqualTo(server);
        scenario.assertNothingIsLost();
    }

    @Test
    void aSecondSupervisorOfTheSameSocketIsRefused() throws Exception {
        Supervisor second = new Supervisor(List.of("true"), TestSupervisor.socket(temp), TestServer.OPTIONS);
        assertThatThrownBy(second::run).isInstanceOf(IOException.class).hasMessageContaining("another supervisor");
        assertThat(scenario.awaitOneServer()).isEqualTo(server);
    }

    private static final dev.spool.Drainable.SealReport REPORT = new dev.spool.Drainable.SealReport(
            List.of(), dev.spool.Fingerprint.of(new byte[dev.spool.Fingerprint.SIZE_BYTES]));

    private static ByteBuffer hello(Role role, long pid) {
        return FrameFormat.encode(new Frame.Hello(UUID.randomUUID(), role, pid, 1, 1, ""));
    }

    /** Says this on a new connection, and leaves. */
    private void say(ByteBuffer... words) throws IOException, InterruptedException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(TestSupervisor.socket(temp)))) {
            for (ByteBuffer word : words) {
                try {
                    channel.write(word);
                } catch (IOException refused) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }
}
