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
        assumeTrue(System.getProperty("user.name").equals("root") && Files.exists(Path.of("/usr/bin/setpriv")));
        Path open = Files.createTempDirectory(
                Path.of("/tmp"),
                "ho",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path classes = Files.createDirectories(open.resolve("dev/spool/handoff/transport"));
        String name = "dev/spool/handoff/transport/StrangerProcess.class";
        Files.write(
                classes.resolve("StrangerProcess.class"),
                StrangerProcess.class.getClassLoader().getResourceAsStream(name).readAllBytes());
        try (ControlSocket control = ControlSocket.bind(open.resolve("s"))) {
            Files.setPosixFilePermissions(control.path(), PosixFilePermissions.fromString("rw-rw-rw-"));
            Process stranger = new ProcessBuilder(
                            "/usr/bin/setpriv",
                            "--reuid=65534",
                            "--regid=65534",
                            "--clear-groups",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            open.toString(),
                            StrangerProcess.class.getName(),
                            control.path().toString())
                    .redirectErrorStream(true)
                    .start();
            assertThatThrownBy(control::accept)
                    .isInstanceOf(PeerRefusedException.class)
                    .hasMessageContaining("was refused");
            assertThat(new String(stranger.getInputStream().readAllBytes())).isEqualTo("connected\n");
            assertThat(stranger.waitFor()).isZero();
            try (SocketChannel client = ControlSocket.connect(control.path());
                    SocketChannel peer = control.accept()) {
                assertThat(peer.isConnected()).isTrue();
                assertThat(client.isConnected()).isTrue();
            }
        }
    }
}
