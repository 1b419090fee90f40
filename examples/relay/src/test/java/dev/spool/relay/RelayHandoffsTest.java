package dev.spool.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.relay.load.Load;
import dev.spool.relay.load.Sink;
import dev.spool.relay.load.Tally;
import dev.spool.testkit.contract.Rounds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Relays replace each other while clients send as fast as they can. {@code -Drelay.handoffs=100 -Drelay.backend=rocksdb} does more of it, on
 * another backend.
 */
@EnabledOnOs(OS.LINUX)
class RelayHandoffsTest {

    private static final int HANDOFFS = Integer.getInteger("relay.handoffs", Rounds.of(6));
    private static final String BACKEND = System.getProperty("relay.backend", "file");
    private static final int CLIENTS = 16;
    /** So many accepted messages are under way, at most: what the relay takes is to depend on nothing but the handoffs. */
    private static final int UNDER_WAY_MAX = 2000;
    /** How many messages are accepted between two handoffs, at least. */
    private static final int MESSAGES_BETWEEN = 200;
    /** From which handoff on descriptors and memory have to be level: then all code has run. */
    private static final int LEVEL_FROM = Math.max(1, Math.min(10, HANDOFFS / 2));

    @TempDir
    private Path directory;

    private final List<String> report = new ArrayList<>();

    @Test
    void noConnectionIsRefusedOrResetAndNoMessageLostOrDoubledWhileRelaysAreReplaced() throws Exception {
        Tally tally;
        try (Sink sink = Sink.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            try (SupervisedRelay relay = SupervisedRelay.start(directory, BACKEND, sink.port())) {
                Load load = Load.start(
                        relay.address(), BACKEND, CLIENTS, accepted -> accepted - sink.distinct() > UNDER_WAY_MAX);
                handOff(relay, load.tally());
                tally = load.stop();
                awaitArrival(sink, tally);
            } finally {
                Files.copy(directory.resolve("log"), target("log"), StandardCopyOption.REPLACE_EXISTING);
            }
            report.add(HANDOFFS + " handoffs, " + BACKEND + ": " + tally + "; " + sink);
            Files.write(target("txt"), report);
            assertThat(tally.refused()).as(tally.notes()::toString).isZero();
            assertThat(tally.reset()).as(tally.notes()::toString).isZero();
            assertThat(tally.rejected()).isZero();
            assertThat(sink.missing(tally.accepted())).isEmpty();
            assertThat(sink.duplicates()).isZero();
            assertThat(sink.damaged()).isZero();
            assertThat(sink.distinct()).isEqualTo(tally.acceptedCount());
        }
        try (SpoolReader left =
                SpoolProvider.named(BACKEND).openReadOnly(directory.resolve("spool"), SpoolOptions.DEFAULTS)) {
            assertThat(left.stats().entries()).isZero();
        }
    }

    private static Path target(String kind) {
        return Path.of("target", "relay-handoffs-" + BACKEND + "." + kind);
    }

    private void handOff(SupervisedRelay relay, Tally tally) throws Exception {
        ProcessFigures supervisor = null;
        ProcessFigures server = null;
        for (int i = 1; i <= HANDOFFS; i++) {
            long before = tally.acceptedCount();
            await(() -> tally.acceptedCount() >= before + MESSAGES_BETWEEN);
            long between = tally.longestGapMillis();
            relay.handOff();
            report.add("handoff " + i + ": longest time without a message accepted " + tally.longestGapMillis()
                    + " ms; before it " + between + " ms");
            if (i == LEVEL_FROM) {
                supervisor = relay.supervisorFigures();
                server = relay.serverFigures();
                report.add("at handoff " + i + ": supervisor " + supervisor + "; server " + server);
            }
        }
        ProcessFigures supervisorAtEnd = relay.supervisorFigures();
        ProcessFigures serverAtEnd = relay.serverFigures();
        report.add("at handoff " + HANDOFFS + ": supervisor " + supervisorAtEnd + "; server " + serverAtEnd);
        long before = tally.acceptedCount();
        await(() -> tally.acceptedCount() >= before + MESSAGES_BETWEEN);
        assertThat(supervisorAtEnd.descriptors()).isLessThanOrEqualTo(supervisor.descriptors() + 4);
        assertThat(supervisorAtEnd.residentMebibytes()).isLessThanOrEqualTo(supervisor.residentMebibytes() + 32);
        assertThat(serverAtEnd.residentMebibytes()).isLessThanOrEqualTo(server.residentMebibytes() + 32);
        // Each of its clients may have a connection, and each worker one.
        assertThat(serverAtEnd.descriptors()).isLessThanOrEqualTo(server.descriptors() + 2L * CLIENTS);
    }

    /** Waits as long as some still arrive. The last may arrive between any two looks. */
    private static void awaitArrival(Sink sink, Tally tally) throws Exception {
        while (sink.distinct() < tally.acceptedCount()) {
            long before = sink.total();
            try {
                await(() -> sink.total() > before || sink.distinct() >= tally.acceptedCount());
            } catch (AssertionError e) {
                throw new AssertionError("missing: " + sink.missing(tally.accepted()) + "; " + tally + "; " + sink, e);
            }
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + 120_000_000_000L;
        while (!condition.holds()) {
            assertThat(System.nanoTime() - end).as("waited for two minutes").isNegative();
            Thread.sleep(20);
        }
    }
}
