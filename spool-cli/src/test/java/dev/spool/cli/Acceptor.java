package dev.spool.cli;

import dev.spool.Drainable;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The part of the server in docs/handoff.md that is the reader's own: it answers each connection with the id of a message that it has
 * stored for it. Public, because that server is in no package.
 */
public final class Acceptor {

    private final ServerSocketChannel listener;
    private volatile Spool spool;
    private volatile Thread accepting;
    private volatile boolean draining;

    public Acceptor(ServerSocketChannel listener) {
        this.listener = listener;
    }

    /** Begins to accept; tells where. */
    public String start(Spool target) throws IOException {
        spool = target;
        accept();
        return listener.getLocalAddress().toString();
    }

    private void accept() throws IOException {
        draining = false;
        listener.configureBlocking(false);
        Thread thread = new Thread(() -> loop(spool), "accept");
        thread.start();
        accepting = thread;
    }

    private void loop(Spool spool) {
        try (Selector selector = Selector.open()) {
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (!draining) {
                selector.select(50);
                while (!draining && answerNext(spool)) {
                    // And the next.
                }
            }
        } catch (IOException e) {
            e.printStackTrace();
        }
    }

    /** Answers a connection, if one waits. */
    private boolean answerNext(Spool spool) throws IOException {
        try (SocketChannel client = listener.accept()) {
            if (client == null) {
                return false;
            }
            SpoolId id = SpoolId.next();
            spool.blocking().store(id, Message.of(new byte[] {1}));
            client.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)));
            return true;
        }
    }

    /** Stops accepting before the spool drains, and accepts again once it has resumed. */
    public Drainable before(Drainable inner) {
        return new Drainable() {
            @Override
            public DrainReport drain(Duration deadline) throws SpoolException {
                draining = true;
                try {
                    accepting.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return inner.drain(deadline);
            }

            @Override
            public SealReport seal() throws SpoolException {
                return inner.seal();
            }

            @Override
            public void resumeAfterAbort() throws SpoolException {
                inner.resumeAfterAbort();
                try {
                    accept();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
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
}
