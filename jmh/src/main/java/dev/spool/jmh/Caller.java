package dev.spool.jmh;

import dev.spool.jmh.peer.Peer;
import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What each thread has of its own: where it is in the bodies, how long its calls took, and the stores that it has under way. */
@State(Scope.Thread)
public class Caller {

    private final Latencies latencies = new Latencies();
    private final Peer.Pending[] underWay = new Peer.Pending[Workload.IN_FLIGHT];
    private final long[] begun = new long[Workload.IN_FLIGHT];
    private int next;
    private int body;

    @Setup(Level.Iteration)
    public void begin() {
        Measures.add(latencies);
    }

    @Setup
    public void reset() {
        Arrays.fill(underWay, Peer.Pending.DONE);
        body = System.identityHashCode(this);
    }

    /** Stores one message and waits for it. */
    void store(Subject subject) throws IOException {
        long start = System.nanoTime();
        subject.peer().store(subject.nextId(), subject.bodies().get(body++));
        latencies.add(System.nanoTime() - start);
    }

    /** Waits for the oldest message under way, and stores another. */
    void submit(Subject subject) throws IOException {
        underWay[next].await();
        if (underWay[next] != Peer.Pending.DONE) {
            latencies.add(System.nanoTime() - begun[next]);
        }
        begun[next] = System.nanoTime();
        underWay[next] =
                subject.peer().submit(subject.nextId(), subject.bodies().get(body++));
        next = (next + 1) % Workload.IN_FLIGHT;
    }

    /** One message of deferred mail comes. */
    void step(DeferredMail mail) throws IOException {
        mail.step(body++, latencies);
    }

    /** Waits for all messages under way. */
    void settle() throws IOException {
        for (Peer.Pending pending : underWay) {
            pending.await();
        }
        Arrays.fill(underWay, Peer.Pending.DONE);
    }
}
