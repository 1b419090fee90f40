package dev.spool.relay;

import dev.spool.Drainable;
import dev.spool.Spool;
import dev.spool.handoff.HandoffServer;
import dev.spool.handoff.HeldStores;
import dev.spool.relay.deliver.Deliveries;
import dev.spool.relay.deliver.Undeliverable;
import dev.spool.relay.receive.Intake;
import dev.spool.relay.receive.Receiver;
import dev.spool.relay.receive.Transactions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The relay: a receiver in front of a spool, deliveries behind it. */
public final class Relay implements HandoffServer {

    private static final System.Logger LOG = System.getLogger(Relay.class.getName());

    /** Most bytes of messages that wait for the outcome of a handoff. */
    private static final long HELD_BYTES_MAX = 64L << 20;

    private static final Duration HELD_MAX = Duration.ofMinutes(5);

    private final ServerSocketChannel listener;
    private final RelayOptions options;
    private final InstantSource clock;
    private volatile @Nullable Serving serving;

    /** What there is once the spool is open. */
    private record Serving(Receiver receiver, Deliveries deliveries, HeldStores stores) {}

    public Relay(ServerSocketChannel listener, RelayOptions options, InstantSource clock) {
        this.listener = listener;
        this.options = options;
        this.clock = clock;
    }

    @Override
    public List<String> serve(Spool spool) throws IOException {
        HeldStores stores = new HeldStores(spool, HELD_BYTES_MAX, HELD_MAX);
        Deliveries deliveries = new Deliveries(
                spool, options.route(), options.retries(), new Undeliverable(options.undeliverable()), clock);
        Intake intake = new Intake(spool, stores, deliveries::add);
        Receiver receiver =
                new Receiver(listener, new Transactions(), intake, options.hostName(), options.bytesMax(), clock);
        serving = new Serving(receiver, deliveries, stores);
        deliveries.start();
        receiver.start();
        return List.of(String.valueOf(receiver.address()));
    }

    @Override
    public Drainable drainable(Spool spool) {
        Serving now = serving();
        return new RelayDrainable(
                now.receiver(), now.deliveries(), now.stores().around(spool.drainable()), options.grace());
    }

    private Serving serving() {
        Serving now = serving;
        if (now == null) {
            throw new IllegalStateException("not serving yet");
        }
        return now;
    }

    /** Begins the end: takes nothing new, and gives what is under way its grace. To be called while the spool is open. */
    void quiesce() throws InterruptedException {
        Serving now = serving;
        if (now != null) {
            now.receiver().hold();
            now.deliveries().hold();
            now.receiver().awaitNoTransaction(options.grace());
            if (!now.deliveries().awaitIdle(options.grace(), options.grace().multipliedBy(2))) {
                // Whoever stops a server does not wait for ever, and nobody is left to hear the reply.
                LOG.log(
                        Level.WARNING,
                        "stopped while the downstream server owed its reply to a final dot, after waiting for {0}: the next start"
                                + " delivers that message again",
                        options.grace().multipliedBy(2));
            }
        }
    }

    /** Ends, after the spool is another's, or closed: sends the clients away, each at its next command, and ends all threads. */
    void leave() {
        Serving now = serving;
        if (now != null) {
            now.deliveries().finish();
            now.receiver().hold();
            now.stores().close();
            now.receiver().finish(options.grace());
            now.receiver().close();
        }
    }

    /** How many messages wait for a delivery. */
    int waiting() {
        return serving().deliveries().waiting();
    }
}
