package dev.spool.jmh.pause;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Clients of a {@link StoreServer} that store without a break, each one message after the other, and come again when they are told to.
 * Keeps the longest time in which none of them was told that its message is stored.
 */
final class StoringClients {

    private static final int CLIENTS = 8;

    private final int port;
    private final byte[] body;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong lastStored = new AtomicLong(System.nanoTime());
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

    StoringClients(int port, int bodyBytes) {
        this.port = port;
        this.body = new byte[bodyBytes];
    }

    /** Begins, and never ends: the threads end with the process. */
    void start() {
        for (int i = 0; i < CLIENTS; i++) {
            Thread thread = new Thread(this::run, "client-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void run() {
        while (true) {
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                server.setTcpNoDelay(true);
                converse(server);
            } catch (IOException e) {
                refusals.incrementAndGet();
                Thread.onSpinWait(); // again, at once: a client that waits would measure its own patience
            }
        }
    }

    private void converse(Socket server) throws IOException {
        InputStream in = server.getInputStream();
        byte[] request = new byte[4 + body.length];
        request[0] = (byte) (body.length >>> 24);
        request[1] = (byte) (body.length >>> 16);
        request[2] = (byte) (body.length >>> 8);
        request[3] = (byte) body.length;
        DataOutputStream out = new DataOutputStream(server.getOutputStream());
        while (true) {
            out.write(request);
            int answer = in.read();
            if (answer < 0) {
                throw new IOException("hung up without an answer");
            }
            if (answer != StoreServer.STORED) {
                return;
            }
            long now = System.nanoTime();
            longest.accumulate(now - lastStored.getAndSet(now));
            stored.incrementAndGet();
        }
    }

    /** Messages acknowledged so far. */
    long stored() {
        return stored.get();
    }

    /** Connections that were refused, reset, or closed without an answer. */
    long refusals() {
        return refusals.get();
    }

    /** The longest time without an acknowledgement since the last call, in milliseconds. */
    double longestMillis() {
        return longest.getThenReset() / 1e6;
    }
}
