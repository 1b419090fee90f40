package dev.spool.cli;

import dev.spool.cli.base.StandardStreams;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.Requester;
import java.io.IOException;
import java.net.SocketException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code spool handoff}: asks a supervisor to replace its server. */
@Command(
        name = "handoff",
        header = "Replace a supervised server by a new process of the same command.",
        description = {
            "Ask the supervisor to start a new server, to hand the spool over to it, and to end the old one.",
            "Exit code 0: the new server serves. 1: it does not, and the last line says who does."
        })
final class HandoffCommand extends SpoolCommand {

    @Mixin
    private SocketOption socket;

    HandoffCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException, InterruptedException {
        Requester.Outcome outcome;
        try {
            outcome = Requester.replace(socket.path(), HandoffOptions.DEFAULTS, this::note);
        } catch (SocketException e) {
            throw new IOException(
                    "no supervisor at " + socket.path() + " (" + e.getMessage()
                            + "); start one with `spool supervise`, or name its socket with --socket",
                    e);
        }
        if (outcome.committed()) {
            streams.line("committed: " + outcome.text());
            return ExitCode.OK;
        }
        note("not committed: " + outcome.text());
        return ExitCode.FAILED;
    }
}
