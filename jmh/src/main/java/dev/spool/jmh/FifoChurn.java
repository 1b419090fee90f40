package dev.spool.jmh;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Messages come and go in the order in which they came, as in a queue: {@code FifoChurn [backend [messages]]}. Ten rounds of so
 * many messages each, of which a tenth stay at any time. Prints after each round what is on disk, how long enumerating what is live
 * took, and how much memory the process has; then all are removed.
 */
public final class FifoChurn {

    private static final int MESSAGES_DEFAULT = 100_000;
    private static final int ROUNDS = 10;
    private static final int REMOVED_TOGETHER = 512;
    private static final double MIB = 1 << 20;

    private final Spool spool;
    private final Path directory;
    private final int messages;
    private final byte[] payload = Workload.payload();
    private final Deque<SpoolId> live = new ArrayDeque<>();
    private final Queue<CompletableFuture<?>> underWay = new ArrayDeque<>();
    private long mostOnDisk;

    private FifoChurn(Spool spool, Path directory, int messages) {
        this.spool = spool;
        this.directory = directory;
        this.messages = messages;
    }

    public static void main(String[] arguments) throws IOException {
        String backend = arguments.length > 0 ? arguments[0] : "file";
        int messages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : MESSAGES_DEFAULT;
        Path directory = Workload.newDirectory("fifo-" + backend);
        try (Spool spool = SpoolProvider.named(backend).open(directory, SpoolOptions.DEFAULTS)) {
            new FifoChurn(spool, directory, messages).run(backend);
        } finally {
            Workload.delete(directory);
        }
    }

    private void run(String backend) throws IOException {
        double round = messages * (double) Workload.PAYLOAD_BYTES / MIB;
        print("%s: %d rounds of %,d messages, %.0f MiB each", backend, ROUNDS, messages, round);
        print(
                "%5s %9s %9s %9s %9s %11s %9s %9s",
                "round", "ops/s", "live MiB", "disk MiB", "most MiB", "scan ms", "RSS", "of it anon");
        for (int number = 1; number <= ROUNDS; number++) {
            long start = System.nanoTime();
            churn();
            double seconds = (System.nanoTime() - start) / 1e9;
            report(String.valueOf(number), 2 * messages / seconds);
        }
        removeDownTo(0);
        settle();
        report("empty", 0);
        spool.compact().join();
        report("compacted", 0);
    }

    private void churn() throws IOException {
        for (int i = 0; i < messages; i++) {
            SpoolId id = SpoolId.next();
            live.add(id);
            await(Workload.IN_FLIGHT);
            underWay.add(spool.store(id, Message.of(payload)));
            if (live.size() >= messages / 10 + REMOVED_TOGETHER) {
                removeDownTo(live.size() - REMOVED_TOGETHER);
            }
            if (i % (messages / 10 + 1) == 0) {
                mostOnDisk = Math.max(mostOnDisk, bytesOnDisk());
            }
        }
        settle();
    }

    private void removeDownTo(int left) {
        while (live.size() > left) {
            List<SpoolId> oldest = new ArrayList<>(REMOVED_TOGETHER);
            while (live.size() > left && oldest.size() < REMOVED_TOGETHER) {
                oldest.add(live.remove());
            }
            await(Workload.IN_FLIGHT);
            underWay.add(spool.removeAll(oldest));
        }
    }

    /** Waits until at most so many operations are under way. */
    private void await(int atMost) {
        while (underWay.size() > atMost) {
            underWay.remove().join();
        }
    }

    private void settle() {
        await(0);
    }

    private void report(String round, double operations) throws IOException {
        long start = System.nanoTime();
        long found = count();
        double millis = (System.nanoTime() - start) / 1e6;
        if (found != live.size()) {
            throw new IllegalStateException(found + " messages are found of " + live.size());
        }
        long disk = bytesOnDisk();
        mostOnDisk = Math.max(mostOnDisk, disk);
        print(
                "%5s %,9.0f %9.1f %9.1f %9.1f %11.1f %9d %9d",
                round,
                operations,
                live.size() * (double) Workload.PAYLOAD_BYTES / MIB,
                disk / MIB,
                mostOnDisk / MIB,
                millis,
                ThisProcess.memoryMiB("VmRSS:"),
                ThisProcess.memoryMiB("RssAnon:"));
    }

    private long count() throws SpoolException {
        long found = 0;
        try (SpoolScan scan = spool.enumerate(EnumerateOptions.ALL.withIdsOnly())) {
            while (scan.hasNext()) {
                scan.next();
                found++;
            }
        }
        return found;
    }

    /** Of all files of the spool, by size; those that go meanwhile count for nothing. */
    private long bytesOnDisk() throws IOException {
        long bytes = 0;
        List<Path> directories = new ArrayList<>(List.of(directory));
        while (!directories.isEmpty()) {
            try (Stream<Path> files = Files.list(directories.remove(directories.size() - 1))) {
                for (Path file : files.toList()) {
                    if (Files.isDirectory(file)) {
                        directories.add(file);
                    } else {
                        bytes += file.toFile().length(); // 0 if it is gone
                    }
                }
            }
        }
        return bytes;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
