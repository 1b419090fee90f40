package dev.spool.jmh;

import dev.spool.SpoolId;
import dev.spool.jmh.peer.Peer;
import dev.spool.jmh.peer.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What is measured: a peer as it is after days of work, when it has stored and removed so much that files are used again and not made.
 * What is stored is remembered, oldest first.
 */
@State(Scope.Benchmark)
public class Subject {

    private static final int REMOVED_TOGETHER = 512;
    private static final long FIRST_BYTES = 1L << 30;
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(5);

    @Param("file")
    private String peer = "file";

    /** Bytes of each message, or {@code mail}. */
    @Param("4096")
    private String body = "4096";

    private final Queue<SpoolId> stored = new ConcurrentLinkedQueue<>();
    private Path directory;
    private Bodies bodies;
    private Peer opened;

    @Setup
    public void open() throws IOException {
        directory = Workload.newDirectory(peer);
        bodies = Bodies.named(body);
        opened = Peers.named(peer).open(directory);
        Measures.measure(opened, directory, bodies.meanBytes());
        long end = System.nanoTime() + FIRST_NANOS;
        store(FIRST_BYTES / bodies.meanBytes(), end);
        removeAll();
    }

    @TearDown
    public void close() throws IOException {
        opened.close();
        Workload.delete(directory);
    }

    Peer peer() {
        return opened;
    }

    Bodies bodies() {
        return bodies;
    }

    /** A new id, remembered. */
    SpoolId nextId() {
        SpoolId id = SpoolId.next();
        stored.add(id);
        return id;
    }

    /** The oldest message, remembered no more. */
    SpoolId oldest() {
        return stored.remove();
    }

    /** Stores so many messages, or as many as can be stored in time. */
    void store(long messages, long endNanos) throws IOException {
        Queue<Peer.Pending> underWay = new ArrayDeque<>();
        for (int i = 0; i < messages && System.nanoTime() - endNanos < 0; i++) {
            if (underWay.size() == Workload.IN_FLIGHT) {
                underWay.remove().await();
            }
            underWay.add(opened.submit(nextId(), bodies.get(i)));
        }
        for (Peer.Pending pending : underWay) {
            pending.await();
        }
    }

    /** Removes all messages. */
    void removeAll() throws IOException {
        while (!stored.isEmpty()) {
            List<SpoolId> oldest = new ArrayList<>(REMOVED_TOGETHER);
            while (oldest.size() < REMOVED_TOGETHER && !stored.isEmpty()) {
                oldest.add(stored.remove());
            }
            if (opened.removes()) {
                opened.removeAll(oldest);
            }
        }
    }
}
