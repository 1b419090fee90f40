package dev.spool.handoff.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Another user's process: calls the socket that it is told, or listens there, and waits until it is left. */
public final class StrangerProcess {

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private StrangerProcess() {}

    /** Why there can be none here; null if there can. */
    public static String whyNot() {
        if (!System.getProperty("user.name").equals("root")) {
            return "only root can start a process of another user";
        }
        return Files.exists(SETPRIV) ? null : "there is no " + SETPRIV;
    }

    /**
     * Starts one, and waits until it has done what it is to do.
     *
     * @param open a directory that everybody may enter and write; its class is put there
     * @param deed {@code call} or {@code listen}
     */
    public static Process start(Path open, String deed, Path socket) throws IOException {
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        String name = StrangerProcess.class.getName().replace('.', '/') + ".class";
        Path file = open.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(
                file,
                Objects.requireNonNull(StrangerProcess.class.getClassLoader().getResourceAsStream(name))
                        .readAllBytes());
        Process process = new ProcessBuilder(
                        SETPRIV.toString(),
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        open.toString(),
                        StrangerProcess.class.getName(),
                        deed,
                        socket.toString())
                .redirectErrorStream(true)
                .start();
        String line = process.inputReader().readLine();
        if (!"there".equals(line)) {
            throw new AssertionError("the stranger said " + line);
        }
        return process;
    }

    public static void main(String[] arguments) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(arguments[1]);
        if (arguments[0].equals("listen")) {
            try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.bind(address);
                System.out.println("there");
                listener.accept().read(ByteBuffer.allocate(1));
            }
        } else {
            try (SocketChannel channel = SocketChannel.open(address)) {
                System.out.println("there");
                channel.read(ByteBuffer.allocate(1));
            }
        }
    }
}
