package dev.spool.cli;

import dev.spool.cli.base.ListeningInput;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.base.StopSignal;
import dev.spool.cli.base.UsageException;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.Supervisor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spool supervise}: starts a server, starts it again when it dies, and replaces it when asked to. */
@Command(
        name = "supervise",
        header = "Run a server that can be replaced while it runs.",
        description = {
            "Start COMMAND, start it again when it dies, and replace it when `spool handoff` asks for that.",
            "The server inherits standard input, output and error: where standard input is a listening socket, each server"
                    + " accepts from it in turn. Runs until it is told to stop, and stops the server then."
        })
final class SuperviseCommand extends SpoolCommand {

    @Mixin
    private SocketOption socket;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Listen there, and give each server the socket as its standard input; port 0 is any free one. Linux only.")
    private @Nullable String listen;

    @Parameters(
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "The server and its arguments; put -- before it, so that its options are its own.")
    private List<String> command;

    private final StopSignal stop;

    SuperviseCommand(StandardStreams streams, StopSignal stop) {
        super(streams);
        this.stop = stop;
    }

    @Override
    int run() throws IOException, InterruptedException {
        Supervisor supervisor = new Supervisor(command, socket.path(), HandoffOptions.DEFAULTS);
        String address = listen;
        if (address != null) {
            InetSocketAddress listening = ListeningInput.listen(parse(address));
            note("listening on " + listening.getAddress().getHostAddress() + " port " + listening.getPort());
        }
        stop.takeOver();
        Thread watch = new Thread(() -> stopWhenTold(supervisor), "spool-supervise-stop");
        watch.setDaemon(true);
        watch.start();
        note("at " + socket.path());
        supervisor.run();
        return ExitCode.OK;
    }

    private static InetSocketAddress parse(String address) throws UsageException {
        int colon = address.lastIndexOf(':');
        try {
            String host = address.substring(0, Math.max(0, colon)).replaceAll("^\\[|\\]$", "");
            return new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--listen takes HOST:PORT, such as 127.0.0.1:25 or [::1]:25, not " + address);
        }
    }

    private void stopWhenTold(Supervisor supervisor) {
        try {
            while (!stop.isRaised()) {
                stop.await(1, TimeUnit.HOURS);
            }
            supervisor.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
