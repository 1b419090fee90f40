package dev.spool.relay.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.server.SMTPServer;

/** A downstream server that takes everything, and counts the messages of a {@link Load}. */
public final class Sink implements AutoCloseable {

    private final SMTPServer server;
    private final Map<String, Integer> arrivals = new ConcurrentHashMap<>();
    private final LongAdder total = new LongAdder();
    private final LongAdder damaged = new LongAdder();

    private Sink(InetSocketAddress address) {
        server = SMTPServer.port(address.getPort())
                .bindAddress(address.getAddress())
                .softwareName("spool-relay-sink")
                .insertReceivedHeaders(false)
                .messageHandlerFactory(context -> new Counted())
                .build();
    }

    /** Begins to listen; port 0 takes any that is free. */
    public static Sink start(InetSocketAddress address) {
        Sink sink = new Sink(address);
        sink.server.start();
        return sink;
    }

    public int port() {
        return server.getPortAllocated();
    }

    private final class Counted implements MessageHandler {
        @Override
        public void from(String from) {}

        @Override
        public void recipient(String recipient) {}

        @Override
        public String data(InputStream data) throws IOException {
            count(data.readAllBytes());
            return "taken";
        }

        @Override
        public void done() {}
    }

    private void count(byte[] message) {
        total.increment();
        LoadMessage.read(message).ifPresent(arrived -> {
            arrivals.merge(arrived.id(), 1, Integer::sum);
            if (!arrived.intact()) {
                damaged.increment();
            }
        });
    }

    /** How many messages arrived, whatever they were. */
    public long total() {
        return total.sum();
    }

    /** How many different messages of a load arrived. */
    public long distinct() {
        return arrivals.size();
    }

    /** How many copies arrived beyond the first of each message. */
    public long duplicates() {
        return arrivals.values().stream().mapToLong(times -> times - 1).sum();
    }

    /** How many messages of a load arrived with another body. */
    public long damaged() {
        return damaged.sum();
    }

    /** Which of these have not arrived. */
    public List<String> missing(Collection<String> ids) {
        return ids.stream().filter(id -> !arrivals.containsKey(id)).toList();
    }

    @Override
    public void close() {
        server.stop();
    }

    @Override
    public String toString() {
        return total() + " messages arrived, " + distinct() + " of a load, " + duplicates() + " duplicates, "
                + damaged() + " damaged";
    }
}
