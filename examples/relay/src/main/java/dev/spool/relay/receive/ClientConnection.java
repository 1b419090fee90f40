package dev.spool.relay.receive;

import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A client's connection as the SMTP server sees it, which adds three things that a fair end takes. When this process takes no
 * more mail, a client between transactions gets 421 instead of the next chance to speak. Closing waits for the client to close too,
 * since the kernel resets a connection that is closed with bytes unread, and the reset may overtake the last reply. And a connection
 * that breaks off within the data is an error, never the end of the data.
 *
 * <p>Used by the session's thread, but for {@link #breakOff}.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // nothing here may wait for a lock while a close lingers
final class ClientConnection extends Socket {

    /** How often a thread that waits for its client looks whether it still should. */
    private static final int LOOK_MILLIS = 100;
    /** How long a client may take to close its side once we have closed ours. */
    private static final int LINGER_MILLIS = 2000;

    private static final String LEAVING = "421 4.3.2 this server is being replaced, connect again\r\n";

    private final SocketChannel channel;
    private final Socket socket;
    private final Transactions transactions;
    private final Consumer<ClientConnection> closed;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final InputStream input;
    private final OutputStream output;
    private long timeoutMillis;
    private boolean inTransaction;
    private boolean inData;

    ClientConnection(SocketChannel channel, Transactions transactions, Consumer<ClientConnection> closed)
            throws IOException {
        super((SocketImpl) null);
        this.channel = channel;
        this.socket = channel.socket();
        this.transactions = transactions;
        this.closed = closed;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setSoTimeout(LOOK_MILLIS);
        this.input = new Input(socket.getInputStream());
        this.output = new Output(socket.getOutputStream());
    }

    /** A mail transaction begins or ends. */
    void transaction(boolean now) {
        inTransaction = now;
    }

    /** The data of a message begin or end. */
    void data(boolean now) {
        inData = now;
    }

    private final class Input extends InputStream {

        private final InputStream in;

        Input(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long begin = System.nanoTime();
            while (true) {
                if (transactions.areOver() && !inTransaction) {
                    output.write(LEAVING.getBytes(StandardCharsets.US_ASCII));
                    return -1;
                }
                if (transactions.areCutOff()) {
                    throw new IOException(
                            "this server is being replaced, and the grace is over"); // the session says 421
                }
                try {
                    int count = in.read(bytes, offset, length);
                    if (count < 0 && inData) {
                        throw new EOFException("the connection broke off within the data of a message");
                    }
                    return count;
                } catch (SocketTimeoutException e) {
                    if (timeoutMillis > 0 && System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) {
                        throw e;
                    }
                }
            }
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() {
            ClientConnection.this.close();
        }
    }

    private final class Output extends FilterOutputStream {

        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {
            ClientConnection.this.close();
        }
    }

    /** Closes our side, waits for the client to close the other, and closes that. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        try (channel) {
            channel.shutdownOutput();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS);
            byte[] unread = new byte[8192];
            while (System.nanoTime() - end < 0 && readsMore(unread)) {
                // What a client still says after the last reply is of no use to anybody.
            }
        } catch (IOException e) {
            // It has gone already.
        } finally {
            closed.accept(this);
        }
    }

    /** Ends the connection without a word, so that neither a read nor a write waits for the client any more. Any thread. */
    void breakOff() {
        try {
            channel.close();
        } catch (IOException e) {
            // It has gone already.
        }
    }

    private boolean readsMore(byte[] unread) throws IOException {
        try {
            return socket.getInputStream().read(unread) >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    @Override
    public boolean isClosed() {
        return closing.get();
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public int getPort() {
        return socket.getPort();
    }

    @Override
    public InetAddress getLocalAddress() {
        return socket.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return socket.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return socket.getLocalSocketAddress();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        socket.setTcpNoDelay(on);
    }
}
