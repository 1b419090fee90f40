package dev.spool.relay;

import dev.spool.relay.load.Load;
import dev.spool.relay.load.Tally;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code relay load}: sends messages for a while, and tells how that went. */
@Command(
        name = "load",
        description = {
            "Send messages as fast as they are accepted, and tell what the clients met.",
            "Exit code 0: no connection was refused or reset. 1: one was."
        },
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            required = true,
            converter = HostPort.class,
            description = "The relay.")
    private InetSocketAddress server;

    @Option(names = "--clients", defaultValue = "16", description = "Clients at a time; default ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = "--seconds", defaultValue = "10", description = "For how long; default ${DEFAULT-VALUE}.")
    private int seconds;

    private LoadCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        Load load = Load.start(server, UUID.randomUUID().toString(), clients);
        Thread.sleep(seconds * 1000L);
        Tally tally = load.stop();
        System.out.println(tally);
        tally.notes().stream().distinct().limit(10).forEach(System.err::println);
        return tally.refused() + tally.reset() == 0 ? 0 : 1;
    }
}
