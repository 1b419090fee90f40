package dev.spool.relay.load;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Clients that send to one server until they are stopped. Of each eight, one waits between its messages and one within them; the others
 * send as fast as they get replies.
 */
public final class Load {

    private final Tally tally = new Tally();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    private Load() {}

    /** Starts that many; ids of messages begin with {@code name}. */
    public static Load start(InetSocketAddress server, String name, int clients) {
        return start(server, name, clients, accepted -> false);
    }

    /**
     * Starts that many; ids of messages begin with {@code name}.
     *
     * @param enough whether nobody begins another message for now, by how many have been accepted
     */
    public static Load start(InetSocketAddress server, String name, int clients, LongPredicate enough) {
        Load load = new Load();
        for (int i = 0; i < clients; i++) {
            LoadClient client = new LoadClient(server, name + "-" + i, manner(i), load.tally, enough, () -> load.over);
            Thread thread = new Thread(client, "client " + i);
            thread.setDaemon(true);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private static LoadClient.Manner manner(int client) {
        return switch (client % 8) {
            case 6 -> LoadClient.Manner.IDLE;
            case 7 -> LoadClient.Manner.SLOW;
            default -> LoadClient.Manner.STEADY;
        };
    }

    /** What they have met so far. */
    public Tally tally() {
        return tally;
    }

    /** Lets each finish its message, and waits for that. */
    public Tally stop() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return tally;
    }
}
