package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.ControlSocket;
import dev.spool.handoff.transport.PlayedPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** What a supervisor starts in a test: processes that only wait, while the test speaks for them. */
final class PlayedServers {

    private final Path socket;
    private final Path started;

    PlayedServers(Path directory) {
        this.socket = directory.resolve("s");
        this.started = directory.resolve("started");
    }

    /** One that was started. */
    record Started(long pid, UUID handoff) {

        boolean runs() {
            return new ProcessId(pid, 0).running().isPresent();
        }

        /** Waits for its end, in real time. */
        void awaitEnd() {
            Scenario.awaitThat("the end of " + this, () -> !runs());
        }
    }

    /** A command that writes down what was started, and then does {@code deed}. */
    List<String> command(String deed) {
        return command(":", deed);
    }

    /** A command that does {@code first} before anybody knows of it. */
    List<String> command(String first, String deed) {
        return List.of(
                "sh",
                "-c",
                first + "; echo $$ ${" + HandoffMember.HANDOFF_VARIABLE + ":-" + Frame.NO_HANDOFF + "} >> \"$0\"; "
                        + deed,
                started.toString());
    }

    /** The one that is started as number {@code index}, from 0; waits for it. */
    Started await(int index) {
        Scenario.awaitThat("server " + index, () -> all().size() > index);
        return all().get(index);
    }

    List<Started> all() {
        try {
            String text = Files.exists(started) ? Files.readString(started) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .map(words -> new Started(Long.parseLong(words[0]), UUID.fromString(words[1])))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Connects for it, and is welcome. */
    PlayedPeer speakFor(Started server, Role role) throws IOException {
        PlayedPeer peer = new PlayedPeer(ControlSocket.connect(socket), Role.SUPERVISOR);
        peer.say(new Frame.Hello(
                server.handoff(), role, server.pid(), FrameFormat.VERSION, FrameFormat.VERSION, "played"));
        Frame answer = peer.hear();
        if (!(answer instanceof Frame.Welcome)) {
            throw new AssertionError("not welcome, but told " + answer);
        }
        return peer;
    }

    void kill() {
        all().forEach(server -> new ProcessId(server.pid(), 0).kill());
    }
}
