package dev.spool.relay;

import dev.spool.relay.load.Sink;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code relay sink}: a downstream server to try the relay with. */
@Command(
        name = "sink",
        description = "Take all mail, keep none, and tell once a second how much has come. Runs until it is stopped.",
        mixinStandardHelpOptions = true)
final class SinkCommand implements Callable<Integer> {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            required = true,
            converter = HostPort.class,
            description = "Where to listen.")
    private InetSocketAddress listen;

    private SinkCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        try (Sink sink = Sink.start(listen)) {
            long told = -1;
            while (true) {
                if (sink.total() != told) {
                    told = sink.total();
                    System.out.println(sink);
                }
                Thread.sleep(1000);
            }
        }
    }
}
