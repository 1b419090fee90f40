package dev.spool.cli.base;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.IntByReference;

/**
 * Makes a listening socket this process's standard input, so that every child inherits it. The JDK can pass nothing else on to a
 * child, and cannot put a socket there by itself; so this calls the C library. Linux only.
 */
public final class ListeningInput {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int STANDARD_INPUT = 0;
    private static final int BACKLOG = 4096;
    private static final int PORT_AT = Short.BYTES;

    private ListeningInput() {}

    /** Functions of the C library. Public only because the binding wants that. */
    public interface LibC {
        int socket(int family, int type, int protocol);

        int setsockopt(int socket, int level, int name, @In IntByReference value, int valueBytes);

        int bind(int socket, @In byte[] address, int addressBytes);

        int listen(int socket, int backlog);

        int getsockname(int socket, @Out byte[] address, @In @Out IntByReference addressBytes);

        int dup2(int from, int to);

        int close(int descriptor);
    }

    /**
     * Binds and listens; from here on standard input is the socket.
     *
     * @return where it listens: the address, with the port that the kernel chose if it was 0
     * @throws IOException if the address cannot be bound, or this is not Linux
     */
    public static InetSocketAddress listen(InetSocketAddress address) throws IOException {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            throw new UsageException(
                    "--listen works on Linux only; elsewhere start this command with the listening socket as"
                            + " its standard input");
        }
        if (address.isUnresolved()) {
            throw new UsageException("there is no host " + address.getHostString());
        }
        LibC c = LibraryLoader.create(LibC.class).load("c");
        boolean v4 = address.getAddress() instanceof Inet4Address;
        int socket = checked(c, "socket", address, c.socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM, 0));
        try {
            checked(
                    c,
                    "setsockopt",
                    address,
                    c.setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, new IntByReference(1), Integer.BYTES));
            byte[] encoded = v4 ? inet(address) : inet6(address);
            checked(c, "bind", address, c.bind(socket, encoded, encoded.length));
            checked(c, "listen", address, c.listen(socket, BACKLOG));
            IntByReference length = new IntByReference(encoded.length);
            checked(c, "getsockname", address, c.getsockname(socket, encoded, length));
            checked(c, "dup2", address, c.dup2(socket, STANDARD_INPUT));
            return new InetSocketAddress(address.getAddress(), port(encoded));
        } finally {
            c.close(socket);
        }
    }

    private static int checked(LibC c, String call, InetSocketAddress address, int result) throws IOException {
        if (result < 0) {
            throw new IOException("cannot listen on " + address + ": " + call + " failed with errno "
                    + Runtime.getRuntime(c).getLastError());
        }
        return result;
    }

    /** {@code struct sockaddr_in}: family in the machine's order, port and address in the network's, eight zeros. */
    private static byte[] inet(InetSocketAddress address) {
        return head(16, AF_INET, address).put(address.getAddress().getAddress()).array();
    }

    /** {@code struct sockaddr_in6}: as above, with a flow before the address and a scope after it, both zero. */
    private static byte[] inet6(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        return head(28, AF_INET6, address).putInt(0).put(host.getAddress()).array();
    }

    private static int port(byte[] encoded) {
        return Short.toUnsignedInt(ByteBuffer.wrap(encoded).getShort(PORT_AT));
    }

    private static ByteBuffer head(int bytes, int family, InetSocketAddress address) {
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        out.putShort((short) family);
        return out.order(ByteOrder.BIG_ENDIAN).putShort((short) address.getPort());
    }
}
