package dev.spool.handoff.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {

    @TempDir
    Path temp;

    @Test
    void thisUserIsLetIn() throws IOException {
        try (ControlSocket control = ControlSocket.bind(temp.resolve("s"));
                SocketChannel client = ControlSocket.connect(control.path());
                SocketChannel peer = control.accept()) {
            assertThat(peer.isConnected()).isTrue();
            assertThat(client.isConnected()).isTrue();
        }
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void aSocketWhoseOwnerIsDeadIsReplacedAndALivingOneIsNot() throws IOException {
        Path path = temp.resolve("s");
        ControlSocket first = ControlSocket.bind(path);
        assertThatThrownBy(() -> ControlSocket.bind(path)).hasMessageContaining("listens at " + path);
        Path kept = temp.resolve("kept");
        Files.createLink(kept, path); // as a killed owner leaves it
        first.close();
        Files.move(kept, path);
        try (ControlSocket second = ControlSocket.bind(path);
                SocketChannel client = ControlSocket.connect(path)) {
            assertThat(client.isConnected()).isTrue();
            second.accept().close();
        }
    }

    @Test
    void anotherFileIsNeverReplacedNorALongNameTaken() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "precious");
        assertThatThrownBy(() -> ControlSocket.bind(file)).hasMessageContaining("is no socket");
        assertThat(Files.readString(file)).isEqualTo("precious");
        assertThatThrownBy(() -> ControlSocket.bind(temp.resolve("x".repeat(100))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too long");
        assertThat(Files.list(temp)).containsExactly(file);
    }

    @Test
    void aProcessOfAnotherUserIsRefusedEvenWhereTheModeLetsItIn() throws Exception {
        assumeTrue(StrangerProcess.whyNot() == null, StrangerProcess.whyNot());
        try (ControlSocket control = ControlSocket.bind(temp.resolve("s"))) {
            Files.setPosixFilePermissions(control.path(), PosixFilePermissions.fromString("rw-rw-rw-"));
            Process stranger = StrangerProcess.start(temp, "call", control.path());
            assertThatThrownBy(control::accept)
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessageContaining("was refused");
            assertThat(stranger.waitFor()).isZero();
            try (SocketChannel client = ControlSocket.connect(control.path());
                    SocketChannel peer = control.accept()) {
                assertThat(peer.isConnected()).isTrue();
                assertThat(client.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aSocketOfAnotherUserIsNotTakenForTheSupervisors() throws Exception {
        assumeTrue(StrangerProcess.whyNot() == null, StrangerProcess.whyNot());
        Path socket = temp.resolve("s");
        Process stranger = StrangerProcess.start(temp, "listen", socket);
        assertThatThrownBy(() -> ControlSocket.connect(socket))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining("the process that listens at " + socket + " is of user");
        assertThat(stranger.waitFor()).isZero();
    }
}
