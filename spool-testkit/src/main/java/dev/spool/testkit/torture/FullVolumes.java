package dev.spool.testkit.torture;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolUnhealthyException;
import dev.spool.engine.ledger.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fills a small volume until the spool refuses, goes on loading and removing while it is full, removes everything, and fills it
 * again: nothing is lost, every message can be removed, and the room comes back.
 */
final class FullVolumes implements TortureMethod {

    private static final long VOLUME_BYTES = 96L << 20;
    private static final int WINDOW = 64;
    private static final int WHILE_FULL = 300;
    private static final double COMES_BACK = 0.6;
    private static final double LITTLE = 0.05;
    private static final long PATIENCE_SECONDS = 120;
    private static final SpoolOptions OPTIONS = SpoolOptions.DEFAULTS;

    @Override
    public String name() {
        return "full";
    }

    @Override
    public String description() {
        return "fills a small volume, loads and removes while it is full, drains it and fills it again";
    }

    @Override
    public String missing() {
        return LoopVolume.missing();
    }

    @Override
    public List<Score> run(Order order) throws Exception {
        return SideBySide.all(order.backends(), provider -> run(order, provider));
    }

    private static Score run(Order order, SpoolProvider provider) throws Exception {
        Score score = new Score("full", provider.name());
        Path place = order.place("full", provider.name());
        try (LoopVolume volume = LoopVolume.make(place, "ext4", VOLUME_BYTES)) {
            volume.mount();
            new Run(order, provider, volume.root().resolve("spool"), score).run();
        } catch (IOException | RuntimeException e) {
            score.broken("full " + provider.name() + ", --seed " + order.seed() + ", in " + place, e);
        }
        return score;
    }

    /** All rounds on one volume. */
    private static final class Run {
        private final Order order;
        private final SpoolProvider provider;
        private final Path directory;
        private final Score score;
        private final SplittableRandom random;
        private final Map<SpoolId, Integer> stored = new LinkedHashMap<>();
        private final List<SpoolId> inDoubt = new ArrayList<>();
        private long firstBytes;

        Run(Order order, SpoolProvider provider, Path directory, Score score) {
            this.order = order;
            this.provider = provider;
            this.directory = directory;
            this.score = score;
            this.random = order.random("full", provider.name(), 0);
        }

        void run() throws IOException, InterruptedException {
            int rounds = order.count(2, 20);
            Spool spool = provider.open(directory, OPTIONS);
            try {
                for (int round = 0; round < rounds; round++) {
                    score.cases(1);
                    round(spool, "round " + round + " of full " + provider.name() + ", --seed " + order.seed());
                    if (round % 5 == 4) {
                        spool.close();
                        spool = provider.open(directory, OPTIONS);
                    }
                }
            } finally {
                spool.close();
            }
            List<String> damage = new ArrayList<>();
            provider.check(directory, OPTIONS, finding -> {
                if (finding.severity() == dev.spool.Finding.Severity.DAMAGE) {
                    damage.add(finding.toString());
                }
            });
            if (!damage.isEmpty()) {
                score.unreported(damage.size()).failure("full " + provider.name() + ": the check finds " + damage);
            }
        }

        private void round(Spool spool, String what) throws SpoolException, InterruptedException {
            long bytes = fill(spool, what);
            if (firstBytes == 0) {
                firstBytes = bytes;
            } else if (bytes < COMES_BACK * firstBytes) {
                score.unreported(1)
                        .failure(what + ": the room does not come back, it takes " + bytes + " bytes and took "
                                + firstBytes);
            }
            whileFull(spool, what);
            drain(spool, what);
            long found = spool.stats().entries();
            if (found > inDoubt.size()) {
                score.wrong(found).failure(what + ": " + found + " messages are left after all were removed");
            }
            inDoubt.clear();
            spool.blocking().compact();
            awaitRoom(spool, what);
        }

        /**
         * Stores until refused, and again after a compaction, until that gains little: the first refusal may come while files that
         * nobody needs any more are only about to go. Bytes that were stored.
         */
        private long fill(Spool spool, String what) throws SpoolException, InterruptedException {
            long bytes = storeUntilRefused(spool, what);
            long gained;
            do {
                try {
                    spool.blocking().compact();
                } catch (SpoolFullException | SpoolUnhealthyException e) {
                    return bytes; // No room for what a compaction writes before it frees anything.
                }
                gained = storeUntilRefused(spool, what);
                bytes += gained;
            } while (gained > LITTLE * bytes);
            return bytes;
        }

        private long storeUntilRefused(Spool spool, String what) {
            long bytes = 0;
            boolean full = false;
            Deque<Map.Entry<SpoolId, CompletableFuture<Void>>> window = new ArrayDeque<>();
            while (!full || !window.isEmpty()) {
                if (!full && window.size() < WINDOW) {
                    SpoolId id = SpoolId.next();
                    int size = random.nextInt(20) == 0 ? random.nextInt(100_000) : random.nextInt(300, 6000);
                    stored.put(id, size);
                    window.add(Map.entry(id, spool.store(id, Message.of(ByteBuffer.wrap(Payload.of(id, size, 0))))));
                    continue;
                }
                Map.Entry<SpoolId, CompletableFuture<Void>> oldest = window.remove();
                SpoolId id = oldest.getKey();
                @Nullable Throwable failure = failure(oldest.getValue());
                if (failure == null) {
                    bytes += stored.getOrDefault(id, 0);
                } else {
                    stored.remove(id);
                    full = true;
                    refused(spool, id, failure, what);
                }
            }
            return bytes;
        }

        private void refused(Spool spool, SpoolId id, Throwable failure, String what) {
            if (failure instanceof SpoolInDoubtException) {
                inDoubt.add(id);
                return;
            }
            boolean expected = failure instanceof SpoolFullException
                    || failure instanceof SpoolUnhealthyException
                    || failure instanceof SpoolDeadlineException;
            if (!expected) {
                score.unreported(1).failure(what + ": a full spool answers a store with " + failure);
            } else if (random.nextInt(8) == 0 && spool.load(id).join().isPresent()) {
                score.wrong(1).failure(what + ": " + id + " was refused and is there");
            }
        }

        private void whileFull(Spool spool, String what) {
            List<SpoolId> ids = new ArrayList<>(stored.keySet());
            for (int i = 0; i < WHILE_FULL && !ids.isEmpty(); i++) {
                int index = random.nextInt(ids.size());
                SpoolId id = ids.get(index);
                requireThere(spool, id, what);
                if (i % 2 == 0) {
                    ids.set(index, ids.get(ids.size() - 1));
                    ids.remove(ids.size() - 1);
                    remove(id, spool.remove(id), what);
                }
            }
        }

        private void requireThere(Spool spool, SpoolId id, String what) {
            try {
                Optional<Message> found = spool.load(id).join();
                if (found.isEmpty()) {
                    score.lost(1).failure(what + ": " + id + " is gone");
                } else if (Payload.check(id, found.get()).isEmpty()) {
                    score.wrong(1).failure(what + ": " + id + " has wrong bytes");
                }
            } catch (CompletionException e) {
                score.lost(1).failure(what + ": loading " + id + " from a full spool fails: " + e.getCause());
            }
        }

        private void drain(Spool spool, String what) {
            for (SpoolId id : inDoubt) {
                stored.remove(id);
                spool.remove(id).join();
            }
            Deque<Map.Entry<SpoolId, CompletableFuture<Boolean>>> window = new ArrayDeque<>();
            for (SpoolId id : List.copyOf(stored.keySet())) {
                window.add(Map.entry(id, spool.remove(id)));
                if (window.size() >= WINDOW) {
                    Map.Entry<SpoolId, CompletableFuture<Boolean>> oldest = window.remove();
                    remove(oldest.getKey(), oldest.getValue(), what);
                }
            }
            window.forEach(entry -> remove(entry.getKey(), entry.getValue(), what));
        }

        private void remove(SpoolId id, CompletableFuture<Boolean> future, String what) {
            try {
                if (!future.join()) {
                    score.lost(1).failure(what + ": " + id + " was not there to be removed");
                }
                stored.remove(id);
            } catch (CompletionException e) {
                score.unreported(1).failure(what + ": removing " + id + " from a full spool fails: " + e.getCause());
                stored.remove(id);
                inDoubt.add(id);
            }
        }

        private void awaitRoom(Spool spool, String what) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (spool.unhealthyReason() != null) {
                if (System.nanoTime() > end) {
                    score.unreported(1)
                            .failure(what + ": an emptied spool is still "
                                    + spool.health().detail() + " after " + PATIENCE_SECONDS + " s");
                    return;
                }
                Thread.sleep(10);
            }
        }

        private static @Nullable Throwable failure(CompletableFuture<?> future) {
            try {
                future.join();
                return null;
            } catch (CompletionException e) {
                return e.getCause() == null ? e : e.getCause();
            }
        }
    }
}
