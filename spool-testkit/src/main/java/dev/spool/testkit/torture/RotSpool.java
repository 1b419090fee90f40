package dev.spool.testkit.torture;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A small spool that is made to be damaged, and everything that it ever held: messages that were replaced, removed, updated,
 * compacted, in one piece and in several. Its directory is there twice: as it is, and as it was at an earlier clean close.
 */
final class RotSpool {

    private static final int OPERATIONS = 150;
    private static final int TRIES = 10;

    /** By then each backend has proof on disk of what it acknowledged; docs/reliability.md says that it takes a second at most. */
    private static final long PROVEN_MILLIS = 1500;

    private final SpoolProvider provider;
    private final SplittableRandom random;
    private final Path left;
    private final Path earlier;
    private final Map<SpoolId, List<Version>> history = new LinkedHashMap<>();

    /** One state of a message, or that it was removed. */
    static final class Version {

        /** What a removed message is. */
        static final Version GONE = new Version(new byte[0], new byte[0], true);

        private final byte[] body;
        private final byte[] envelope;
        private final boolean gone;

        private Version(byte[] body, byte[] envelope, boolean gone) {
            this.body = body;
            this.envelope = envelope;
            this.gone = gone;
        }

        static Version of(byte[] body, byte[] envelope) {
            return new Version(body, envelope, false);
        }

        byte[] body() {
            return body;
        }

        byte[] envelope() {
            return envelope;
        }

        boolean isGone() {
            return gone;
        }

        boolean is(Message message) {
            return !gone
                    && Arrays.equals(body, message.bodyToArray())
                    && ByteBuffer.wrap(envelope).equals(message.envelope());
        }
    }

    /** How alive the bytes of a version are. */
    enum Life {
        LIVE,
        REPLACED,
        REMOVED
    }

    private RotSpool(SpoolProvider provider, long seed, Path place) {
        this.provider = provider;
        this.random = new SplittableRandom(seed);
        this.left = place.resolve("left");
        this.earlier = place.resolve("earlier");
    }

    /**
     * Makes one.
     *
     * @param clean whether it was closed before its directory was taken; otherwise it is as a killed process leaves it
     */
    static RotSpool make(SpoolProvider provider, long seed, boolean clean, Path place)
            throws IOException, InterruptedException {
        Files.createDirectories(place);
        RotSpool made = new RotSpool(provider, seed, place);
        Path used = place.resolve("used");
        try (Spool spool = provider.open(used, Order.SMALL_SEGMENTS)) {
            made.change(spool, OPERATIONS * 2 / 3);
        }
        copy(used, made.earlier);
        try (Spool spool = provider.open(used, Order.SMALL_SEGMENTS)) {
            made.change(spool, OPERATIONS / 3);
            if (seed % 2 == 0) {
                spool.blocking().compact();
            }
            made.change(spool, 5);
            if (!clean) {
                Thread.sleep(PROVEN_MILLIS);
                made.copyUntilWhole(used);
            }
        }
        if (clean) {
            copy(used, made.left);
        }
        delete(used);
        return made;
    }

    /** A directory copied from beneath its owner is as a kill leaves it, unless the owner just then replaced a file. */
    private void copyUntilWhole(Path used) throws IOException, InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            delete(left);
            try {
                copy(used, left);
                Path tried = left.resolveSibling("tried");
                copy(left, tried);
                RotVerdict verdict = new RotVerdict(this, provider, tried, "undamaged", true, false);
                verdict.judge(false);
                delete(tried);
                if (verdict.sound()) {
                    return;
                }
            } catch (IOException e) {
                // the owner deleted a file meanwhile: once more
            }
            Thread.sleep(50);
        }
        throw new IOException("no copy of " + used + " beneath its owner was whole");
    }

    Path left() {
        return left;
    }

    Path earlier() {
        return earlier;
    }

    /** Every message there ever was, with all its versions, the present one last. */
    Map<SpoolId, List<Version>> history() {
        return history;
    }

    Version present(SpoolId id) {
        List<Version> versions = history.getOrDefault(id, List.of(Version.GONE));
        return versions.get(versions.size() - 1);
    }

    /** Bodies by what has become of them; where they stand on disk is for the caller to find. */
    List<byte[]> bodies(Life life) {
        List<byte[]> found = new ArrayList<>();
        for (List<Version> versions : history.values()) {
            Version last = versions.get(versions.size() - 1);
            for (Version version : versions) {
                Life own = !last.isGone() && Arrays.equals(version.body(), last.body())
                        ? Life.LIVE
                        : last.isGone() ? Life.REMOVED : Life.REPLACED;
                if (!version.isGone() && own == life && version.body().length >= 32) {
                    found.add(version.body());
                }
            }
        }
        return found;
    }

    private void change(Spool spool, int operations) throws SpoolException {
        List<CompletableFuture<?>> burst = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            burst.add(changeOne(spool));
            if (random.nextInt(4) > 0) {
                burst.forEach(CompletableFuture::join);
                burst.clear();
            }
        }
        burst.forEach(CompletableFuture::join);
    }

    private CompletableFuture<?> changeOne(Spool spool) {
        List<SpoolId> live =
                history.keySet().stream().filter(id -> !present(id).isGone()).toList();
        int choice = random.nextInt(10);
        if (live.isEmpty() || choice < 5) {
            return store(spool, new SpoolId(random.nextLong(), random.nextLong()));
        }
        SpoolId id = live.get(random.nextInt(live.size()));
        if (choice < 7) {
            return store(spool, id);
        }
        if (choice < 8) {
            Version updated = Version.of(present(id).body(), bytes(random.nextInt(1, 60)));
            add(id, updated);
            return spool.updateEnvelope(id, ByteBuffer.wrap(updated.envelope()));
        }
        add(id, Version.GONE);
        return spool.remove(id);
    }

    private CompletableFuture<?> store(Spool spool, SpoolId id) {
        int choice = random.nextInt(40);
        int size = choice == 0 ? random.nextInt(70_000, 150_000) : random.nextInt(choice < 4 ? 8000 : 600);
        Version version = Version.of(bytes(size), bytes(random.nextInt(2) * random.nextInt(1, 80)));
        add(id, version);
        return spool.store(id, Message.of(ByteBuffer.wrap(version.body()), ByteBuffer.wrap(version.envelope())));
    }

    private void add(SpoolId id, Version version) {
        history.computeIfAbsent(id, any -> new ArrayList<>()).add(version);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Copies a directory with everything below it, and when each file was written. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /** Deletes a directory with everything below it, if it is there. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = new ArrayList<>(walk.toList());
        }
        java.util.Collections.reverse(all);
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
