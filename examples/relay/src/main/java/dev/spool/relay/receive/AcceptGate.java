package dev.spool.relay.receive;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket as the SMTP server sees it, with a gate in front: while it is closed connections stay in the kernel's queue, where
 * the next process finds them. The socket itself is never closed here: it is the supervisor's.
 *
 * <p>One thread accepts; any other opens and closes the gate.
 */
final class AcceptGate extends ServerSocket {

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final Transactions transactions;
    private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();

    /** Guards what follows, and accepting: once the gate has been closed nothing more is taken from the queue. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition opened = lock.newCondition();
    private boolean open = true;
    private volatile boolean over;

    AcceptGate(ServerSocketChannel listener, Transactions transactions) throws IOException {
        this.listener = listener;
        this.transactions = transactions;
        this.selector = Selector.open();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** It is bound already. */
    @Override
    public void bind(SocketAddress ignored, int backlog) {}

    @Override
    public int getLocalPort() {
        return listener.socket().getLocalPort();
    }

    @Override
    public InetAddress getInetAddress() {
        return listener.socket().getInetAddress();
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            awaitOpen();
            selector.select();
            selector.selectedKeys().clear();
            SocketChannel channel = acceptNow();
            if (channel != null) {
                ClientConnection taken = new ClientConnection(channel, transactions, connections::remove);
                connections.add(taken);
                return taken;
            }
        }
    }

    private void awaitOpen() throws IOException {
        lock.lock();
        try {
            while (!open && !over) {
                opened.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        if (over) {
            selector.close(); // by the thread that selects, which would fail on a closed one
            throw new SocketException("this server accepts no more");
        }
    }

    private @Nullable SocketChannel acceptNow() throws IOException {
        lock.lock();
        try {
            return open && !over ? listener.accept() : null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no further connection until {@link #open()}; when this returns none is being taken. */
    void shut() {
        set(false);
        selector.wakeup();
    }

    /** Takes connections again. */
    void open() {
        set(true);
    }

    private void set(boolean nowOpen) {
        lock.lock();
        try {
            open = nowOpen;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many of the connections taken are open still. */
    int connections() {
        return connections.size();
    }

    /** Breaks off those that are open still, whatever they wait for. */
    void breakOff() {
        connections.forEach(ClientConnection::breakOff);
    }

    /** Ends {@link #accept}; the socket stays open. */
    @Override
    public void close() {
        over = true;
        shut();
    }
}
