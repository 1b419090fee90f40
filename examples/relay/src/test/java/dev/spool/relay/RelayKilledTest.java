package dev.spool.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.relay.load.Load;
import dev.spool.relay.load.Sink;
import dev.spool.relay.load.Tally;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Without any handoff: a relay is killed, and the supervisor starts another. */
@EnabledOnOs(OS.LINUX)
class RelayKilledTest {

    private static final int MESSAGES = 200;

    @TempDir
    private Path directory;

    @Test
    void whatAKilledRelayHadAcceptedIsDeliveredByTheNext() throws Exception {
        try (Sink sink = Sink.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SupervisedRelay relay = SupervisedRelay.start(directory, "file", sink.port())) {
            Load load = Load.start(relay.address(), "killed", 8);
            awaitAccepted(load.tally(), MESSAGES);
            relay.killServer();
            awaitAccepted(load.tally(), load.tally().acceptedCount() + MESSAGES);
            Tally tally = load.stop();
            // A connection was lost within the transaction of each client, but nobody was turned away meanwhile.
            assertThat(tally.refused()).as(tally.notes()::toString).isZero();
            while (!sink.missing(tally.accepted()).isEmpty()) {
                Thread.sleep(20);
            }
            assertThat(sink.damaged()).isZero();
        }
    }

    private static void awaitAccepted(Tally tally, long count) throws InterruptedException {
        while (tally.acceptedCount() < count) {
            Thread.sleep(5);
        }
    }
}
