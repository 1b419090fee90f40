package dev.spool.relay;

import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.handoff.HandoffMember;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.InheritedListener;
import dev.spool.handoff.SpoolSource;
import dev.spool.relay.deliver.Deliveries;
import dev.spool.relay.deliver.RetryTimes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code relay serve}: accepts mail and passes it on, until it is stopped or replaced. */
@Command(
        name = "serve",
        description = {
            "Accept mail, and pass it on to a downstream server.",
            "Under `spool supervise --listen HOST:PORT --` it accepts from the supervisor's socket, and can be replaced by"
                    + " `spool handoff`. Alone it listens by itself."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final int BACKLOG = 4096;

    @Option(names = "--spool", paramLabel = "DIR", required = true, description = "The spool; created when missing.")
    private Path spool;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "file",
            description = "file, rocksdb or lmdb; default ${DEFAULT-VALUE}.")
    private String backend;

    @Option(
            names = "--downstream",
            paramLabel = "HOST:PORT",
            required = true,
            converter = HostPort.class,
            description = "The server that the mail goes to.")
    private InetSocketAddress downstream;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = HostPort.class,
            description = "Where to listen when no supervisor has passed a socket.")
    private @Nullable InetSocketAddress listen;

    @Option(names = "--host-name", paramLabel = "NAME", description = "How it calls itself; default this host's name.")
    private @Nullable String hostName;

    @Option(
            names = "--max-bytes",
            paramLabel = "BYTES",
            defaultValue = "26214400",
            description = "Largest message; default ${DEFAULT-VALUE}.")
    private int bytesMax;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "8",
            description = "Deliveries at a time; default ${DEFAULT-VALUE}.")
    private int workers;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "PT5M",
            description = "Longest wait for the downstream server; default ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Option(
            names = "--retry-first",
            paramLabel = "TIME",
            defaultValue = "PT1M",
            description = "Pause after the first failed attempt, doubled after each other; default ${DEFAULT-VALUE}.")
    private Duration retryFirst;

    @Option(
            names = "--retry-longest",
            paramLabel = "TIME",
            defaultValue = "PT4H",
            description = "Longest pause between attempts; default ${DEFAULT-VALUE}.")
    private Duration retryLongest;

    @Option(
            names = "--give-up-after",
            paramLabel = "TIME",
            defaultValue = "P5D",
            description = "Age at which a message becomes undeliverable; default ${DEFAULT-VALUE}.")
    private Duration giveUpAfter;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "PT2S",
            description = "How long transactions and deliveries may go on once a handoff has begun; default"
                    + " ${DEFAULT-VALUE}.")
    private Duration grace;

    @Option(
            names = "--undeliverable",
            paramLabel = "DIR",
            description = "Where what is refused, too old or malformed is put; default the spool's name and"
                    + " .undeliverable.")
    private @Nullable Path undeliverable;

    private ServeCommand() {}

    @Override
    public Integer call() throws Exception {
        SpoolProvider provider = SpoolProvider.named(backend);
        Relay relay = new Relay(listener(), options(), InstantSource.system());
        if (System.getenv(HandoffMember.HANDOFF_VARIABLE) != null) {
            Rehearsal.run(provider);
        }
        SpoolSource source = new SpoolSource(provider, spool, SpoolOptions.DEFAULTS);
        HandoffMember member = HandoffMember.ofThisProcess(source, relay, HandoffOptions.DEFAULTS);
        CountDownLatch left = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(relay, member, left), "stop"));
        int status = 1;
        try {
            status = member.run().exitStatus();
            relay.leave();
        } finally {
            left.countDown();
        }
        Runtime.getRuntime().halt(status);
        return status;
    }

    private static void stop(Relay relay, HandoffMember member, CountDownLatch left) {
        try {
            relay.quiesce();
            member.stop();
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ServerSocketChannel listener() throws IOException {
        ServerSocketChannel inherited = InheritedListener.channel().orElse(null);
        if (inherited != null) {
            return inherited;
        }
        if (listen == null) {
            throw new IOException("standard input is no listening socket: start this by `spool supervise --listen`, or"
                    + " say by --listen where to listen");
        }
        return ServerSocketChannel.open().bind(listen, BACKLOG);
    }

    private RelayOptions options() throws IOException {
        String name = hostName == null ? InetAddress.getLocalHost().getCanonicalHostName() : hostName;
        Path aside = undeliverable;
        return new RelayOptions(
                name,
                bytesMax,
                new Deliveries.Route(downstream, name, timeout, workers),
                new RetryTimes(retryFirst, retryLongest, giveUpAfter),
                aside == null ? spool.resolveSibling(spool.getFileName() + ".undeliverable") : aside,
                grace);
    }
}
