package dev.spool.relay;

import dev.spool.Spool;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.relay.deliver.Deliveries;
import dev.spool.relay.deliver.RetryTimes;
import dev.spool.relay.load.Load;
import dev.spool.relay.load.Sink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Relays some mail to itself, on a scratch spool in the directory for temporary files, before a successor offers to take over. A JVM that has
 * done nothing yet takes its time over the first message, and that is time in which the clients of a handoff would wait.
 */
final class Rehearsal {

    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());

    private static final int MESSAGES = 10;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private Rehearsal() {}

    /** Does it. Never throws on: a rehearsal that fails costs time later, and nothing else. */
    static void run(SpoolProvider backend) throws InterruptedException {
        try {
            Path scratch = Files.createTempDirectory("relay-rehearsal-");
            try {
                run(backend, scratch);
            } finally {
                remove(scratch);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the rehearsal failed; the first clients will wait a little longer", e);
        }
    }

    private static void run(SpoolProvider backend, Path scratch) throws IOException, InterruptedException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Sink sink = Sink.start(any);
                ServerSocketChannel listener = ServerSocketChannel.open().bind(any);
                Spool spool = backend.open(scratch.resolve("spool"), SpoolOptions.DEFAULTS)) {
            Relay relay = new Relay(listener, options(scratch, sink.port()), InstantSource.system());
            relay.serve(spool);
            Load load = Load.start((InetSocketAddress) listener.getLocalAddress(), "rehearsal", 1);
            long end = System.nanoTime() + LONGEST.toNanos();
            while (sink.total() < MESSAGES && System.nanoTime() - end < 0) {
                Thread.sleep(5);
            }
            load.stop();
            relay.quiesce();
            relay.leave();
        }
    }

    private static RelayOptions options(Path scratch, int port) {
        Deliveries.Route route = new Deliveries.Route(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "localhost", GRACE, 1);
        return new RelayOptions(
                "localhost", 1 << 20, route, RetryTimes.DEFAULT, scratch.resolve("undeliverable"), GRACE);
    }

    private static void remove(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(directory)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
