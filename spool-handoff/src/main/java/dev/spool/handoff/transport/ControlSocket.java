package dev.spool.handoff.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/**
 * The socket at which a supervisor is found: a name in the filesystem that its owner alone may use, and a check of every peer's
 * user by what the kernel says of it.
 *
 * <p>It is made in a directory of its own that nobody else can enter, gets its mode there, and is renamed into place: at no time is
 * there a socket under the name that others may use, nor none where there was one.
 */
public final class ControlSocket implements Closeable {

    /** Longest path that a socket's address can hold, in bytes. */
    private static final int PATH_BYTES_MAX = 107;

    private final Path path;
    private final ServerSocketChannel listening;
    private final UserPrincipal self;
    private final Object key;

    private ControlSocket(Path path, ServerSocketChannel listening, UserPrincipal self, Object key) {
        this.path = path;
        this.listening = listening;
        this.self = self;
        this.key = key;
    }

    /**
     * Binds the path, replacing a socket that nobody listens at any more.
     *
     * @throws IOException if somebody does, or the path is too long, or is another user's or no socket
     */
    public static ControlSocket bind(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new IOException(path + " is no name for a socket");
        }
        UnixDomainSocketAddress address = address(absolute); // too long a name could be made, but not be called
        requireFree(absolute, address);
        Path staging = Files.createTempDirectory(
                directory, ".h", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path staged = staging.resolve("s");
        ServerSocketChannel listening = null;
        boolean bound = false;
        try {
            listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listening.bind(address(staged));
            Files.setPosixFilePermissions(staged, PosixFilePermissions.fromString("rw-------"));
            UserPrincipal self = Files.getOwner(staged);
            Object key = key(staged);
            Files.move(staged, absolute, StandardCopyOption.ATOMIC_MOVE);
            bound = true;
            return new ControlSocket(absolute, listening, self, key);
        } finally {
            if (!bound && listening != null) {
                listening.close();
            }
            Files.deleteIfExists(staged);
            Files.deleteIfExists(staging);
        }
    }

    private static void requireFree(Path path, UnixDomainSocketAddress address) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException(path + " is there and is no socket; name another path");
        }
        try {
            SocketChannel.open(address).close();
        } catch (ConnectException e) {
            return; // its owner is dead
        }
        throw new IOException("a supervisor listens at " + path + " already; ask it with `spool handoff`, or stop it");
    }

    private static UnixDomainSocketAddress address(Path path) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
            throw new IOException(
                    path + " is too long for a socket: " + PATH_BYTES_MAX + " bytes at most; name a shorter one");
        }
        return UnixDomainSocketAddress.of(path);
    }

    private static Object key(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    public Path path() {
        return path;
    }

    /**
     * Waits for a peer.
     *
     * @throws PeerRefusedException if it is another user's; this socket goes on listening
     * @throws IOException if this socket is closed
     */
    public SocketChannel accept() throws IOException {
        SocketChannel peer = listening.accept();
        UserPrincipal user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!user.equals(self) && !isRoot(user)) {
            peer.close();
            throw new PeerRefusedException(
                    "a process of user " + user.getName() + " was refused; this is a socket of " + self.getName());
        }
        return peer;
    }

    private static boolean isRoot(UserPrincipal user) {
        return user.getName().equals("root");
    }

    /**
     * Connects to a supervisor.
     *
     * @throws PeerRefusedException if it is neither this user's nor root's
     * @throws IOException if nobody listens there
     */
    public static SocketChannel connect(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(address(path));
        boolean trusted = false;
        try {
            UserPrincipal user =
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            UserPrincipal self = self();
            if (!user.equals(self) && !isRoot(user)) {
                throw new PeerRefusedException("the process that listens at " + path + " is of user " + user.getName()
                        + ", this one is of " + self.getName());
            }
            trusted = true;
            return channel;
        } finally {
            if (!trusted) {
                channel.close();
            }
        }
    }

    /** This process's user, by its id: the JDK tells a name, which need not exist. */
    private static UserPrincipal self() throws IOException {
        Path mine = Files.createTempFile("spool-handoff", null);
        try {
            return Files.getOwner(mine);
        } finally {
            Files.delete(mine);
        }
    }

    /** Stops listening, and takes the name away unless another supervisor has it by now. */
    @Override
    public void close() throws IOException {
        if (listening.isOpen()) {
            listening.close();
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && key(path).equals(key)) {
                Files.deleteIfExists(path);
            }
        }
    }
}
