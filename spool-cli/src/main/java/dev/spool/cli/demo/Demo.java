package dev.spool.cli.demo;

import static dev.spool.cli.base.DifferenceException.unless;

import dev.spool.Drainable;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.StoreOptions;
import dev.spool.cli.base.Diagnosis;
import dev.spool.cli.base.Outcome;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.mail.MailSink;
import dev.spool.cli.mail.MailSource;
import dev.spool.engine.SetDigest;
import dev.spool.engine.ledger.BodyDigest;
import dev.spool.engine.ledger.LedgerOracle;
import dev.spool.engine.ledger.LedgerReader;
import dev.spool.engine.ledger.LedgerVerdict;
import dev.spool.engine.ledger.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One run of the demonstration; each step checks what it did, and says so in a line. */
public final class Demo implements AutoCloseable {

    private static final int LARGE_BYTES = 8 << 20;
    /** Some hundred operations, each acknowledged. */
    private static final long LEDGER_BYTES = 200_000;

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

    private final StandardStreams streams;
    private final SpoolProvider provider;
    private final Path mail;
    private final String mainClass;
    private final Path directory;
    private final Path scratch;
    /** What must be in the spool, besides what the writer process stored. */
    private final Map<SpoolId, BodyDigest> expected = new HashMap<>();

    private volatile @Nullable WriterProcess writer;

    /**
     * @param mail directory of the example messages
     * @param mainClass what a writer process runs
     * @param scratch an empty directory, removed by whoever made it
     */
    public Demo(StandardStreams streams, SpoolProvider provider, Path mail, String mainClass, Path scratch) {
        this.streams = streams;
        this.provider = provider;
        this.mail = mail;
        this.mainClass = mainClass;
        this.scratch = scratch;
        this.directory = scratch.resolve("spool");
    }

    public void run() throws IOException, InterruptedException {
        try (Spool spool = open()) {
            importMail(spool);
            storeLarge(spool);
            enumerateAndLoad(spool);
            updateEnvelope(spool);
            remove(spool);
            compact(spool);
        }
        killWriter();
        try (Spool spool = open()) {
            verify(spool);
            handOver(spool);
        }
    }

    /** Kills the writer process if it is still there. For any thread. */
    @Override
    public void close() {
        WriterProcess process = writer;
        if (process != null) {
            process.close();
        }
    }

    private Spool open() throws IOException {
        return provider.open(directory, SpoolOptions.DEFAULTS);
    }

    private void importMail(Spool spool) throws IOException {
        Import run = new Import(spool);
        new MailSource(run, spool.stats().maxMessageBytes(), Diagnosis::of).read(mail);
        run.await();
        unless(!expected.isEmpty(), "no messages in " + mail);
        say("import", "%d messages of %s", expected.size(), mail);
    }

    private void storeLarge(Spool spool) throws IOException {
        SpoolId id = SpoolId.next();
        int size = (int) Math.min(LARGE_BYTES, spool.stats().maxMessageBytes());
        Message message = Message.of(Payload.of(id, size, 1));
        spool.blocking().store(id, message);
        expected.put(id, BodyDigest.of(message));
        say("large", "a generated message of %d bytes", size);
    }

    private void enumerateAndLoad(SpoolReader spool) throws IOException {
        say("enumerate", "%d messages, each loaded and compared", countExpected(spool));
    }

    private void updateEnvelope(Spool spool) throws IOException {
        ByteBuffer envelope = StandardCharsets.UTF_8.encode("attempts=1 next-due=" + Instant.now());
        for (SpoolId id : expected.keySet()) {
            unless(spool.blocking().updateEnvelope(id, envelope), "no message " + id + " to give an envelope to");
            Optional<ByteBuffer> found = spool.blocking().loadEnvelope(id);
            unless(found.isPresent() && found.get().equals(envelope), "message " + id + " has another envelope");
        }
        countExpected(spool);
        say("envelope", "%d envelopes replaced, no body touched", expected.size());
    }

    private void remove(Spool spool) throws IOException {
        List<SpoolId> delivered = new ArrayList<>(expected.keySet()).subList(0, expected.size() / 2);
        long removed = spool.blocking().removeAll(delivered);
        unless(removed == delivered.size(), removed + " messages were removed, not " + delivered.size());
        for (SpoolId id : delivered) {
            expected.remove(id);
            unless(spool.blocking().load(id).isEmpty(), "message " + id + " is there after its removal");
        }
        say("remove", "%d messages removed, %d left", removed, countExpected(spool));
    }

    private void compact(Spool spool) throws IOException {
        long before = spool.stats().totalBytes();
        spool.blocking().compact();
        say("compact", "from %d to %d bytes, %d messages", before, spool.stats().totalBytes(), countExpected(spool));
    }

    private void killWriter() throws IOException, InterruptedException {
        WriterProcess process = WriterProcess.start(mainClass, directory, ledger(), scratch.resolve("writer.txt"));
        writer = process;
        process.awaitLedger(LEDGER_BYTES);
        process.kill();
        say("kill", "a writer process, by kill -9 while it stored, replaced and removed");
    }

    private void verify(Spool spool) throws IOException {
        LedgerVerdict verdict;
        try (LedgerReader reader = LedgerReader.open(ledger())) {
            verdict = LedgerOracle.of(reader)
                    .hold(
                            spool,
                            difference -> streams.note("spool demo: " + difference.kind() + " " + difference.id() + ": "
                                    + difference.detail()));
        }
        unless(verdict.clean(), "after the kill the spool is not as the writer's ledger demands: " + verdict);
        countExpected(spool);
        say(
                "verify",
                "reopened: of the writer's messages %d stored, %d removed, 0 lost, 0 wrong",
                verdict.stored(),
                verdict.removed());
    }

    private void handOver(Spool spool) throws IOException {
        String before = SetDigest.of(spool).toString();
        Drainable drainable = spool.drainable();
        unless(drainable.drain(DRAIN_LIMIT).acceptClosed(), "a drained spool accepts messages");
        boolean refused = false;
        try {
            spool.blocking().store(SpoolId.next(), Message.of(new byte[1]));
        } catch (SpoolDrainingException e) {
            refused = true;
        }
        unless(refused, "a drained spool took a message");
        Drainable.SealReport seal = drainable.seal();
        say("seal", "drained and sealed, fingerprint %s", seal.fingerprint());
        try (Spool successor = open()) {
            unless(
                    SetDigest.of(successor).toString().equals(before),
                    "the successor does not hold what its predecessor sealed");
            long messages = successor.stats().entries();
            SpoolId id = SpoolId.next();
            successor.blocking().store(id, Message.of(new byte[1]));
            unless(successor.blocking().remove(id), "the successor lost a message that it had just taken");
            say("take over", "a second open holds the same %d messages and takes new ones", messages);
        }
    }

    /** Enumerates, compares all that is expected, and returns how many that were. */
    private int countExpected(SpoolReader spool) throws IOException {
        int count = 0;
        try (SpoolScan scan = spool.enumerate()) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                unless(entry instanceof SpoolEntry.Item, "damage: " + entry);
                if (entry instanceof SpoolEntry.Item item && expected.containsKey(item.id())) {
                    Optional<Message> message = item.message();
                    unless(
                            message.isPresent() && BodyDigest.of(message.get()).equals(expected.get(item.id())),
                            "message " + item.id() + " is not what was stored");
                    count++;
                }
            }
            unless(
                    scan.report().complete(),
                    "the scan was not complete: " + scan.report().whyNot());
        }
        unless(count == expected.size(), count + " messages were found, not " + expected.size());
        return count;
    }

    private Path ledger() {
        return scratch.resolve("acks");
    }

    private void say(String step, String format, Object... values) throws IOException {
        streams.line(String.format(Locale.ROOT, "%-10s %s", step, String.format(Locale.ROOT, format, values)));
        streams.flush();
    }

    /** Stores what a mail source finds. */
    private final class Import implements MailSink {
        private final Spool spool;
        private final List<CompletableFuture<Void>> stores = new ArrayList<>();

        Import(Spool spool) {
            this.spool = spool;
        }

        @Override
        public void message(String where, Message message, Instant storedAt) {
            SpoolId id = SpoolId.next();
            expected.put(id, BodyDigest.of(message));
            stores.add(spool.store(id, message, StoreOptions.DEFAULT.withStoredAt(storedAt)));
        }

        @Override
        public void skipped(String where, String why) {
            streams.note("spool demo: " + where + ": " + why);
        }

        void await() throws IOException {
            for (CompletableFuture<Void> store : stores) {
                Outcome.of(store);
            }
        }
    }
}
