package dev.spool.testkit.process;

import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolScan;
import dev.spool.engine.ledger.Ledger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A child that opens a spool and stores, replaces, updates and removes beside compaction until it is killed, with a ledger of
 * what it does. It takes up what an earlier child left. It says {@code opening}, then {@code open}, then {@code acknowledged}
 * after every {@value #ACKNOWLEDGED_EACH} acknowledgements.
 */
public final class LoadProcess {

    /** Acknowledgements from one line to the next. */
    public static final int ACKNOWLEDGED_EACH = 50;

    private static final int WORKERS = 4;

    private LoadProcess() {}

    /** Takes the ledger's path, a seed, and the arguments of {@link ChildArguments}. */
    public static void main(String[] arguments) throws Exception {
        ChildArguments child = ChildArguments.parse(Arrays.copyOfRange(arguments, 2, arguments.length));
        long seed = Long.parseLong(arguments[1]);
        ChildJvm.say("opening");
        try (Ledger ledger = Ledger.append(Path.of(arguments[0]));
                Spool spool = child.provider().open(child.directory(), child.options())) {
            ChildJvm.say("open");
            List<Thread> threads = new ArrayList<>();
            AtomicLong acknowledged = new AtomicLong();
            for (LoadWorker worker : workers(spool, ledger, seed, acknowledged)) {
                threads.add(start(worker::run));
            }
            threads.add(start(() -> maintain(spool)));
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** Starts one. */
    public static ChildJvm start(Path ledger, long seed, ChildArguments arguments) {
        List<String> all = new ArrayList<>(List.of(ledger.toString(), String.valueOf(seed)));
        all.addAll(arguments.encode());
        return ChildJvm.start(LoadProcess.class, all);
    }

    private static List<LoadWorker> workers(Spool spool, Ledger ledger, long seed, AtomicLong acknowledged)
            throws SpoolException {
        List<LoadWorker> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new LoadWorker(spool, ledger, seed * WORKERS + i, acknowledged));
        }
        try (SpoolScan scan = spool.enumerate()) {
            while (scan.hasNext()) {
                if (scan.next() instanceof SpoolEntry.Item item) {
                    workers.get(Math.floorMod(item.id().low(), WORKERS)).takeUp(item);
                }
            }
        }
        return workers;
    }

    private static void maintain(Spool spool) throws SpoolException {
        while (true) {
            spool.blocking().cleanup();
            spool.blocking().compact();
        }
    }

    /** Work that ends only by failing, which ends the child. */
    private interface Endless {
        void run() throws Exception;
    }

    private static Thread start(Endless work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) {
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        });
        thread.start();
        return thread;
    }
}
