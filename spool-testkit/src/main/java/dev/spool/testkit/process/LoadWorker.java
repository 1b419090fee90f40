package dev.spool.testkit.process;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.ledger.BodyDigest;
import dev.spool.engine.ledger.Ledger;
import dev.spool.engine.ledger.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Changes messages of its own at random. Bodies are {@link Payload}s; the envelope tells the version of its body and how often
 * it was updated since, so that one without the other shows.
 */
final class LoadWorker {

    private static final int MESSAGES_MAX = 150;
    private static final int BURST = 12;

    private final Spool spool;
    private final Ledger ledger;
    private final SplittableRandom random;
    private final AtomicLong acknowledged;
    private final List<SpoolId> ids = new ArrayList<>();
    private final Map<SpoolId, Integer> versions = new HashMap<>();

    LoadWorker(Spool spool, Ledger ledger, long seed, AtomicLong acknowledged) {
        this.spool = spool;
        this.ledger = ledger;
        this.random = new SplittableRandom(seed);
        this.acknowledged = acknowledged;
    }

    /** Makes a message that an earlier worker left this one's own. */
    void takeUp(SpoolEntry.Item item) throws SpoolException {
        ids.add(item.id());
        versions.put(
                item.id(),
                Payload.check(item.id(), item.message().orElseThrow()).orElse(0));
    }

    void run() throws Exception {
        while (true) {
            int choice = random.nextInt(20);
            if (ids.isEmpty() || (choice < 7 && ids.size() < MESSAGES_MAX)) {
                issueStore(SpoolId.next(), 0).join();
            } else if (choice < 8 && ids.size() < MESSAGES_MAX) {
                storeBurst();
            } else if (choice < 11) {
                SpoolId id = any();
                issueStore(id, versions.merge(id, 1, Integer::sum)).join();
            } else if (choice < 13) {
                updateEnvelope(any());
            } else {
                remove(random.nextInt(ids.size()));
            }
        }
    }

    private void storeBurst() throws IOException {
        List<CompletableFuture<Void>> burst = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            burst.add(issueStore(SpoolId.next(), 0));
        }
        burst.forEach(CompletableFuture::join);
    }

    /** Submits a store; the future completes when its acknowledgement is in the ledger. */
    private CompletableFuture<Void> issueStore(SpoolId id, int version) throws IOException {
        if (versions.putIfAbsent(id, version) == null) {
            ids.add(id);
        }
        byte[] body = Payload.of(id, size(), version);
        BodyDigest digest = BodyDigest.of(body);
        ledger.storing(id, digest);
        return spool.store(id, Message.of(ByteBuffer.wrap(body), envelope(version, "")))
                .thenRun(() -> {
                    try {
                        ledger.stored(id, digest);
                    } catch (IOException e) {
                        throw new IllegalStateException("the ledger cannot be written", e);
                    }
                    countOne();
                });
    }

    private void updateEnvelope(SpoolId id) throws SpoolException {
        int version = versions.getOrDefault(id, 0);
        if (!spool.blocking().updateEnvelope(id, envelope(version, "updated " + random.nextInt(1000)))) {
            throw new IllegalStateException(id + " was stored and is not there");
        }
        countOne();
    }

    private void remove(int index) throws IOException {
        SpoolId id = ids.get(index);
        ids.set(index, ids.get(ids.size() - 1));
        ids.remove(ids.size() - 1);
        versions.remove(id);
        ledger.removing(id);
        if (!spool.blocking().remove(id)) {
            throw new IllegalStateException(id + " was stored and is not there");
        }
        ledger.removed(id);
        countOne();
    }

    /** The envelope that belongs to a body of this version. */
    private static ByteBuffer envelope(int version, String rest) {
        return ByteBuffer.wrap(("version " + version + " " + rest).getBytes(StandardCharsets.UTF_8));
    }

    private SpoolId any() {
        return ids.get(random.nextInt(ids.size()));
    }

    /** At least as long as a version takes; a few large enough to be split. */
    private int size() {
        int choice = random.nextInt(50);
        return choice == 0 ? random.nextInt(100_000, 600_000) : random.nextInt(8, choice < 5 ? 40_000 : 4_000);
    }

    private void countOne() {
        if (acknowledged.incrementAndGet() % LoadProcess.ACKNOWLEDGED_EACH == 0) {
            ChildJvm.say("acknowledged");
        }
    }
}
