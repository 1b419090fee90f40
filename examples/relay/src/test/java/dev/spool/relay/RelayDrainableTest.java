package dev.spool.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.relay.deliver.Deliveries;
import dev.spool.relay.deliver.RetryTimes;
import dev.spool.relay.deliver.ScriptedDownstream;
import dev.spool.relay.envelope.Envelope;
import dev.spool.relay.envelope.EnvelopeFormat;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a relay lets go of, and when it does not. */
class RelayDrainableTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir
    private Path directory;

    @Test
    void aDeliveryWhoseReplyIsOutstandingCallsTheHandoffOffAndIsMadeOnce() throws Exception {
        try (ScriptedDownstream downstream = new ScriptedDownstream();
                ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            downstream.answers = new CountDownLatch(1);
            storeOne();
            try (Spool spool = open()) {
                Relay relay = new Relay(listener, options(downstream.address()), InstantSource.fixed(NOW));
                relay.serve(spool);
                downstream.taken.take();
                Drainable drainable = relay.drainable(spool);
                assertThatThrownBy(() -> drainable.drain(Duration.ofMillis(100)))
                        .isInstanceOf(SpoolDeadlineException.class)
                        .hasMessageContaining("final dot");
                drainable.resumeAfterAbort();
                downstream.answers.countDown();
                while (spool.stats().entries() > 0) {
                    Thread.sleep(5);
                }
                assertThat(drainable.drain(Duration.ofMinutes(1)).acceptClosed())
                        .isTrue();
                assertThat(downstream.taken).isEmpty();
                relay.leave();
            }
        }
    }

    private Spool open() throws Exception {
        return SpoolProvider.named("file").open(directory.resolve("spool"), SpoolOptions.DEFAULTS);
    }

    private void storeOne() throws Exception {
        try (Spool spool = open()) {
            Envelope envelope = new Envelope(NOW, "a@example.org", 0, NOW, List.of("b@example.net"));
            spool.blocking()
                    .store(SpoolId.next(), Message.of(ByteBuffer.wrap(new byte[10]), EnvelopeFormat.write(envelope)));
        }
    }

    private RelayOptions options(InetSocketAddress downstream) {
        return new RelayOptions(
                "relay.example.org",
                1 << 20,
                new Deliveries.Route(downstream, "relay.example.org", Duration.ofMinutes(1), 1),
                RetryTimes.DEFAULT,
                directory.resolve("aside"),
                Duration.ofMillis(1));
    }
}
