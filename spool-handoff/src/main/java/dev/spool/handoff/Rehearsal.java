package dev.spool.handoff;

import dev.spool.LookAhead;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A small spool in a temporary directory, handed over within this process: a JVM runs everything slowly that it runs for the first
 * time, and should not do so while clients wait.
 */
final class Rehearsal {

    private static final int ROUNDS = 4;
    private static final int MESSAGES = 1000;
    private static final int MESSAGE_BYTES = 1000;
    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(256 << 10)
            .build();

    private final SpoolProvider provider;

    Rehearsal(SpoolProvider provider) {
        this.provider = provider;
    }

    /**
     * Plays the whole of it, a few times, in a new directory, which is gone afterwards.
     *
     * @param parent where the directory is made
     * @throws IOException if it cannot be played here; nothing depends on it
     */
    void playIn(Path parent) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(parent, "spool-rehearsal-");
        try {
            for (int round = 0; round < ROUNDS; round++) {
                play(directory.resolve(String.valueOf(round)));
            }
        } finally {
            delete(directory);
        }
    }

    private void play(Path directory) throws IOException, InterruptedException {
        try (Spool first = provider.open(directory, OPTIONS)) {
            use(first);
            LookAhead ahead = provider.lookAhead(directory, OPTIONS);
            ahead.refresh();
            use(first);
            ahead.refresh();
            try (RehearsedHandoff handoff = new RehearsedHandoff(directory.resolveSibling("s"));
                    Spool second = handoff.of(first, ahead::takeOver)) {
                use(second);
            }
        }
    }

    private static void use(Spool spool) throws SpoolException {
        List<SpoolId> ids = new ArrayList<>();
        List<CompletableFuture<?>> stores = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            SpoolId id = SpoolId.next();
            ids.add(id);
            stores.add(spool.store(id, Message.of(new byte[MESSAGE_BYTES])));
        }
        stores.forEach(CompletableFuture::join);
        for (int i = 0; i < MESSAGES; i += 10) {
            spool.blocking().load(ids.get(i));
            stores.add(spool.remove(ids.get(i)));
        }
        stores.forEach(CompletableFuture::join);
        spool.blocking().store(SpoolId.next(), Message.of(new byte[MESSAGE_BYTES]));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
