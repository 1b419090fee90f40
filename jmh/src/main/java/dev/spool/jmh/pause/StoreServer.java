package dev.spool.jmh.pause;

import dev.spool.Drainable;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.handoff.HandoffMember;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.HandoffServer;
import dev.spool.handoff.InheritedListener;
import dev.spool.handoff.SpoolSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A server that stores what it is sent: {@code StoreServer BACKEND DIRECTORY}, with the listening socket as standard input. A request
 * is a length and so many bytes; the answer is {@link #STORED}, once they are, or {@link #TRY_AGAIN}, after which it hangs up. Of
 * each client's messages it keeps the latest and removes the others, as if they had been relayed: the spool grows only by those that
 * it leaves behind when it is replaced.
 */
public final class StoreServer implements HandoffServer {

    static final int STORED = 1;
    static final int TRY_AGAIN = 0;
    private static final int KEPT_OF_A_CLIENT = 16;
    private static final int REHEARSALS = 200;
    private static final int REQUEST_BYTES = 64;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private volatile @Nullable Thread accepting;
    private volatile boolean draining;
    private boolean rehearsed;

    private StoreServer(ServerSocketChannel listener) throws IOException {
        this.listener = listener;
        this.selector = Selector.open();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    public static void main(String[] arguments) throws Exception {
        StoreServer server = new StoreServer(InheritedListener.channel().orElseThrow());
        SpoolSource source =
                new SpoolSource(SpoolProvider.named(arguments[0]), Path.of(arguments[1]), SpoolOptions.DEFAULTS);
        HandoffMember member = HandoffMember.ofThisProcess(source, server, HandoffOptions.DEFAULTS);
        Runtime.getRuntime().addShutdownHook(new Thread(member::stop));
        Runtime.getRuntime().halt(member.run().exitStatus());
    }

    @Override
    public List<String> serve(Spool spool) throws IOException {
        accept(spool);
        return List.of(listener.getLocalAddress().toString());
    }

    private void accept(Spool spool) {
        draining = false;
        Thread thread = new Thread(() -> loop(spool), "accept");
        accepting = thread;
        thread.start();
    }

    private void loop(Spool spool) {
        try {
            while (!draining) {
                SocketChannel client = listener.accept();
                if (client == null) {
                    selector.select();
                    selector.selectedKeys().clear();
                } else {
                    Latest messages = new Latest(spool);
                    new Thread(() -> converse(client, messages::store), "client").start();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot accept", e);
        }
    }

    /** Runs once what the first clients would run for the first time, as every server should that is to serve soon. */
    @Override
    public @Nullable String unreadyReason() {
        if (!rehearsed) {
            rehearsed = true;
            try (ServerSocketChannel own = ServerSocketChannel.open()) {
                own.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                for (int i = 0; i < REHEARSALS; i++) {
                    rehearse(own);
                }
            } catch (IOException e) {
                return "cannot talk to itself: " + e.getMessage();
            }
        }
        return null;
    }

    private static void rehearse(ServerSocketChannel own) throws IOException {
        try (SocketChannel client = SocketChannel.open(own.getLocalAddress())) {
            SocketChannel accepted = own.accept();
            ByteBuffer request = ByteBuffer.allocate(2 * REQUEST_BYTES);
            while (request.hasRemaining()) {
                request.putInt(REQUEST_BYTES - Integer.BYTES)
                        .position(request.position() + REQUEST_BYTES - Integer.BYTES);
            }
            client.write(request.flip());
            client.shutdownOutput();
            converse(accepted, body -> true);
        }
    }

    private static void converse(SocketChannel channel, Predicate<byte[]> storing) {
        try (Socket client = channel.socket()) {
            client.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            while (true) {
                byte[] body = in.readNBytes(in.readInt());
                boolean stored = storing.test(body);
                out.write(stored ? STORED : TRY_AGAIN);
                if (!stored) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has gone; it never heard of what was under way.
        }
    }

    /** The messages that one client has sent last. */
    private static final class Latest {

        private final Spool spool;
        private final Queue<SpoolId> kept = new ArrayDeque<>();

        Latest(Spool spool) {
            this.spool = spool;
        }

        /** Returns whether it is stored. */
        boolean store(byte[] body) {
            try {
                SpoolId id = SpoolId.next();
                spool.blocking().store(id, Message.of(body));
                kept.add(id);
            } catch (SpoolException e) {
                return false;
            }
            if (kept.size() > KEPT_OF_A_CLIENT) {
                var unused = spool.remove(kept.remove()); // nobody waits for it; what a drain refuses to remove stays
            }
            return true;
        }
    }

    /** Stops accepting before the spool drains; whoever is connected is told to come again, and waits in the kernel's queue. */
    @Override
    public Drainable drainable(Spool spool) {
        Drainable inner = spool.drainable();
        return new Drainable() {
            @Override
            public DrainReport drain(Duration deadline) throws SpoolException {
                stopAccepting();
                return inner.drain(deadline);
            }

            @Override
            public SealReport seal() throws SpoolException {
                return inner.seal();
            }

            @Override
            public void resumeAfterAbort() throws SpoolException {
                inner.resumeAfterAbort();
                accept(spool);
            }

            @Override
            public boolean isOvertaken() throws SpoolException {
                return inner.isOvertaken();
            }

            @Override
            public StateSnapshot snapshotState() {
                return inner.snapshotState();
            }
        };
    }

    private void stopAccepting() {
        draining = true;
        selector.wakeup();
        Thread thread = accepting;
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
