package dev.spool.relay.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.relay.SpoolWithFaults;
import dev.spool.relay.envelope.Envelope;
import dev.spool.relay.envelope.EnvelopeFormat;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** From the spool to the downstream server, at the first attempt or a later one. */
class DeliveriesTest {

    private static final Instant THEN = Instant.parse("2026-01-31T12:00:00Z");
    private static final byte[] BODY = "Subject: \u00e4\r\n\r\n.dot\r\n".getBytes(StandardCharsets.ISO_8859_1);

    @TempDir
    private Path directory;

    private ScriptedDownstream downstream;
    private volatile Instant now = THEN;
    private RetryTimes times = new RetryTimes(Duration.ofHours(1), Duration.ofHours(8), Duration.ofDays(5));
    private Spool spool;
    private SpoolWithFaults faults;
    private Deliveries deliveries;

    @BeforeEach
    void open() throws Exception {
        downstream = new ScriptedDownstream();
        reopen();
    }

    @AfterEach
    void close() throws Exception {
        stop();
        downstream.close();
    }

    private void reopen() throws Exception {
        spool = SpoolProvider.named("file").open(directory.resolve("spool"), SpoolOptions.DEFAULTS);
        faults = new SpoolWithFaults(spool);
    }

    private void start(InetSocketAddress to) {
        deliveries = new Deliveries(
                faults.spool(),
                new Deliveries.Route(to, "relay.example.org", Duration.ofMinutes(1), 1),
                times,
                new Undeliverable(directory.resolve("aside")),
                (InstantSource) () -> now);
        deliveries.start();
    }

    private void stop() throws Exception {
        if (deliveries != null) {
            deliveries.hold();
            assertThat(deliveries.awaitIdle(Duration.ofMinutes(1), Duration.ofMinutes(1)))
                    .isTrue();
            deliveries.finish();
        }
        spool.close();
    }

    private SpoolId store(String... recipients) throws Exception {
        Envelope envelope = new Envelope(THEN, "a@example.org", 0, THEN, List.of(recipients));
        return store(EnvelopeFormat.write(envelope));
    }

    private SpoolId store(ByteBuffer envelope) throws Exception {
        SpoolId id = SpoolId.next();
        spool.blocking().store(id, Message.of(ByteBuffer.wrap(BODY), envelope));
        return id;
    }

    /** Messages of before come by the scan: stores, closes, opens. */
    private void restart() throws Exception {
        stop();
        reopen();
    }

    private void awaitEntries(long count) throws Exception {
        while (spool.stats().entries() != count) {
            Thread.sleep(5);
        }
    }

    @Test
    void whatIsInTheSpoolAtTheStartIsDeliveredAsItCameAndLeavesIt() throws Exception {
        store("b@example.net", "c@example.net");
        restart();
        start(downstream.address());
        ScriptedDownstream.Taken taken = downstream.taken.take();
        assertThat(taken.from()).isEqualTo("a@example.org");
        assertThat(taken.recipients()).containsExactly("b@example.net", "c@example.net");
        assertThat(taken.text().getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(BODY);
        awaitEntries(0);
    }

    @Test
    void whoHasToWaitIsTriedAgainAfterARestartAndNobodyElse() throws Exception {
        downstream.refusals.put("c@example.net", 451);
        SpoolId id = store("b@example.net", "c@example.net");
        restart();
        start(downstream.address());
        assertThat(downstream.taken.take().recipients()).containsExactly("b@example.net");
        while (envelope(id).attempts() == 0) {
            Thread.sleep(5);
        }
        assertThat(envelope(id))
                .isEqualTo(new Envelope(THEN, "a@example.org", 1, THEN.plus(times.first()), List.of("c@example.net")));

        restart();
        now = THEN.plus(times.first());
        start(downstream.address());
        while (envelope(id).attempts() == 1) {
            Thread.sleep(5);
        }
        assertThat(envelope(id).due()).isEqualTo(now.plus(times.first().multipliedBy(2)));

        restart();
        now = envelope(id).due();
        downstream.refusals.clear();
        start(downstream.address());
        assertThat(downstream.taken.take().recipients()).containsExactly("c@example.net");
        awaitEntries(0);
        assertThat(downstream.refused).containsExactly("c@example.net", "c@example.net");
    }

    private Envelope envelope(SpoolId id) throws Exception {
        return EnvelopeFormat.read(spool.blocking().loadEnvelope(id).orElseThrow());
    }

    @Test
    void anEarlierAttemptThanDueIsNotMade() throws Exception {
        downstream.refusals.put("b@example.net", 451);
        SpoolId id = store("b@example.net");
        restart();
        start(downstream.address());
        while (envelope(id).attempts() == 0) {
            Thread.sleep(5);
        }
        restart();
        start(downstream.address());
        SpoolId other = store("c@example.net");
        deliveries.add(
                other, EnvelopeFormat.read(spool.blocking().loadEnvelope(other).orElseThrow()));
        assertThat(downstream.taken.take().recipients()).containsExactly("c@example.net");
        while (deliveries.waiting() == 0) {
            Thread.sleep(5);
        }
        assertThat(downstream.refused).hasSize(1);
        assertThat(envelope(id).attempts()).isEqualTo(1);
    }

    @Test
    void aMessageThatIsRefusedAfterItsDataDoesNotSpoilTheNextOnTheSameConnection() throws Exception {
        downstream.dataRefusals.add(451);
        downstream.dataRefusals.add(554);
        store("b@example.net");
        store("b@example.net");
        store("b@example.net");
        restart();
        start(downstream.address());
        assertThat(downstream.taken.take().recipients()).containsExactly("b@example.net");
        awaitEntries(1);
        try (Stream<Path> aside = Files.list(directory.resolve("aside"))) {
            assertThat(aside).hasSize(3); // of the one message that was refused for good
        }
    }

    @Test
    void aServerThatIsNotThereCostsAnAttemptAndNoMessage() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = new InetSocketAddress("127.0.0.1", closed.getLocalPort());
        }
        SpoolId id = store("b@example.net");
        restart();
        start(nobody);
        while (envelope(id).attempts() == 0) {
            Thread.sleep(5);
        }
        assertThat(envelope(id).recipients()).containsExactly("b@example.net");
    }

    @Test
    void whoIsRefusedForGoodLeavesTheSpoolForTheDirectoryAsideAndTheOthersGetTheirs() throws Exception {
        downstream.refusals.put("c@example.net", 550);
        SpoolId id = store("b@example.net", "c@example.net");
        restart();
        start(downstream.address());
        assertThat(downstream.taken.take().recipients()).containsExactly("b@example.net");
        awaitEntries(0);
        assertThat(Files.readAllBytes(aside(id + "-1-refused", "eml"))).isEqualTo(BODY);
        assertThat(EnvelopeFormat.read(ByteBuffer.wrap(Files.readAllBytes(aside(id + "-1-refused", "envelope"))))
                        .recipients())
                .containsExactly("c@example.net");
        assertThat(Files.readString(aside(id + "-1-refused", "reason"))).isEqualTo("refused: 550 as the test says\n");
    }

    private Path aside(String name, String kind) {
        return directory.resolve("aside").resolve(name + "." + kind);
    }

    private Envelope envelopeAside(String name) throws Exception {
        return EnvelopeFormat.read(ByteBuffer.wrap(Files.readAllBytes(aside(name, "envelope"))));
    }

    @Test
    void recipientsThatArePutAsideOneAfterTheOtherAreAllFoundThere() throws Exception {
        downstream.refusals.put("b@example.net", 550);
        downstream.refusals.put("c@example.net", 451);
        downstream.refusals.put("d@example.net", 451);
        SpoolId id = store("b@example.net", "c@example.net", "d@example.net");
        restart();
        start(downstream.address());
        while (envelope(id).attempts() == 0) {
            Thread.sleep(5);
        }
        restart();
        now = THEN.plus(times.giveUpAfter());
        downstream.refusals.put("c@example.net", 550);
        start(downstream.address());
        awaitEntries(0);
        assertThat(envelopeAside(id + "-1-refused").recipients()).containsExactly("b@example.net");
        assertThat(envelopeAside(id + "-2-refused").recipients()).containsExactly("c@example.net");
        assertThat(envelopeAside(id + "-2-given-up").recipients()).containsExactly("d@example.net");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyButTheOwnerMayReadWhatIsPutAside() throws Exception {
        downstream.refusals.put("b@example.net", 550);
        SpoolId id = store("b@example.net");
        restart();
        start(downstream.address());
        awaitEntries(0);
        assertThat(permissions(directory.resolve("aside"))).isEqualTo("rwx------");
        for (String kind : List.of("eml", "envelope", "reason")) {
            assertThat(permissions(aside(id + "-1-refused", kind))).isEqualTo("rw-------");
        }
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatIsTooOldIsGivenUp() throws Exception {
        downstream.refusals.put("b@example.net", 451);
        SpoolId id = store("b@example.net");
        now = THEN.plus(times.giveUpAfter());
        restart();
        start(downstream.address());
        awaitEntries(0);
        assertThat(Files.readString(aside(id + "-1-given-up", "reason"))).startsWith("given up after 1 attempts: 451 ");
    }

    @Test
    void aMalformedEnvelopeIsPutAsideWithItsBytesAndSentToNobody() throws Exception {
        byte[] envelope = "relay 9\nto b@example.net\n".getBytes(StandardCharsets.US_ASCII);
        SpoolId id = store(ByteBuffer.wrap(envelope));
        restart();
        start(downstream.address());
        awaitEntries(0);
        assertThat(Files.readAllBytes(aside(id + "-malformed", "eml"))).isEqualTo(BODY);
        assertThat(Files.readAllBytes(aside(id + "-malformed", "envelope"))).isEqualTo(envelope);
        assertThat(downstream.taken).isEmpty();
    }

    @Test
    void whatCannotBePutAsideStaysAndIsNotSentAgainToWhomItHasReached() throws Exception {
        Files.createFile(directory.resolve("aside"));
        downstream.refusals.put("c@example.net", 550);
        SpoolId id = store("b@example.net", "c@example.net");
        restart();
        start(downstream.address());
        assertThat(downstream.taken.take().recipients()).containsExactly("b@example.net");
        while (envelope(id).attempts() == 0) {
            Thread.sleep(5);
        }
        assertThat(envelope(id).recipients()).containsExactly("c@example.net");
    }

    @Test
    void aRemovalThatFailsIsTriedAgainAndNotTheDelivery() throws Exception {
        times = new RetryTimes(Duration.ofMillis(1), Duration.ofHours(8), Duration.ofDays(5));
        store("b@example.net");
        restart();
        faults.removal.set(new SpoolIoException("as the test says"));
        now = THEN.plus(Duration.ofMillis(1));
        start(downstream.address());
        downstream.taken.take();
        while (spool.stats().entries() > 0) {
            now = now.plus(times.first());
            Thread.sleep(5);
        }
        assertThat(faults.removal).hasValue(null);
        assertThat(downstream.taken).isEmpty();
    }

    @Test
    void aScanThatEndsIncompleteIsMadeAgainAndNothingIsDeliveredTwice() throws Exception {
        times = new RetryTimes(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofDays(5));
        now = THEN.minus(Duration.ofDays(1)); // none is due, so that all are there for the second scan
        store("b@example.net");
        store("b@example.net");
        store("b@example.net");
        restart();
        faults.scanned.set(2);
        start(downstream.address());
        while (faults.scansEnded.get() < 2) {
            Thread.sleep(5);
        }
        assertThat(deliveries.waiting()).isEqualTo(3);
        deliveries.hold();
        now = THEN;
        deliveries.release(); // looks at the clock again
        awaitEntries(0);
        assertThat(downstream.taken).hasSize(3);
    }

    @Test
    void neitherAnErrorNorAnExceptionCostsAMessageItsDeliveryOrTheWorkerItsLife() throws Exception {
        times = new RetryTimes(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofDays(5));
        for (Throwable thrown : List.of(new IllegalArgumentException("as the test says"), new AssertionError("too"))) {
            store("b@example.net");
            restart();
            faults.load.set(thrown);
            start(downstream.address());
            while (spool.stats().entries() > 0) {
                now = now.plus(times.first());
                Thread.sleep(5);
            }
            assertThat(faults.load).hasValue(null);
            assertThat(downstream.taken.take().recipients()).containsExactly("b@example.net");
            assertThat(downstream.taken).isEmpty();
        }
    }
}
