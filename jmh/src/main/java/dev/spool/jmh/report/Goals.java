package dev.spool.jmh.report;

import dev.spool.jmh.IndexSweep;
import dev.spool.jmh.Measures;
import dev.spool.jmh.Workload;
import dev.spool.jmh.peer.Peers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the spool is to reach on any machine, as ratios within one run. */
final class Goals {

    private static final Case DIRECT = Case.store(Peers.DIRECT).by(1);
    private static final Case SINGLE = Case.store(Peers.FILE).by(1);
    private static final Case DEFERRED = Case.of("DeferredBenchmark.blocked", Peers.FILE);
    private static final Case LOAD = Case.of("LoadBenchmark.spool", Workload.BLOCKED_THREADS, Map.of());
    private static final Case BARE_LOAD = Case.of("LoadBenchmark.bare", Workload.BLOCKED_THREADS, Map.of());
    private static final Case PROBE = Case.of("ProbeBenchmark.unhealthyReason", 1, Map.of());
    private static final Case OPEN = Case.of("OpenBenchmark.open", 1, Map.of());
    private static final long SWEPT_MESSAGES = 4_000_000;
    private static final int SWEPT_BODY_BYTES = 64;
    /** What an operation and its future take on the heap, about. */
    private static final int NODE_BYTES = 256;

    private static final String FEW = "100000";
    private static final String MANY = "10000000";

    private final boolean quick;
    private final List<Row> rows = new ArrayList<>();
    private final Results results;

    private Goals(Results results, boolean quick) {
        this.results = results;
        this.quick = quick;
    }

    /**
     * One line of the table.
     *
     * @param goal what is to be reached
     * @param reached what was
     * @param met whether that is enough
     */
    record Row(String what, String goal, String reached, boolean met) {}

    /** The cases behind the goals that take seconds each. */
    static List<Case> quickCases() {
        Set<Case> cases = new LinkedHashSet<>(List.of(DIRECT, SINGLE));
        for (Peers peer : Peers.values()) {
            if (peer != Peers.DIRECT && peer != Peers.BARE_FILLING) {
                cases.add(Case.store(peer));
            }
        }
        for (String way : List.of("blocked", "pipelined")) {
            cases.add(Case.of("StoreBenchmark." + way, Peers.BARE));
            cases.add(Case.of("StoreBenchmark." + way, Peers.FILE));
            cases.add(Case.of("GrowBenchmark." + way, Peers.BARE_FILLING));
            cases.add(Case.of("GrowBenchmark." + way, Peers.FILE));
        }
        cases.addAll(List.of(cycle(Peers.FILE), cycle(Peers.PLAIN_ROCKSDB), DEFERRED, LOAD, BARE_LOAD, PROBE));
        return List.copyOf(cases);
    }

    /** Those that take minutes each. */
    static List<Case> slowCases() {
        List<Case> cases = new ArrayList<>(List.of(OPEN));
        for (String way : List.of("store", "load")) {
            cases.add(fullness(way, FEW));
            cases.add(fullness(way, MANY));
        }
        return cases;
    }

    /** The table. */
    static List<Row> of(Results results, boolean quick) throws IOException {
        Goals goals = new Goals(results, quick);
        goals.storing();
        goals.besidePeers();
        goals.latency();
        goals.allocation();
        goals.rest();
        return goals.rows;
    }

    private void storing() {
        atMost("file, 1 thread: p50 against a bare write and fdatasync", 1.15, p50(SINGLE) / p50(DIRECT));
        atLeast("file, 64 blocking threads, storing: against the bare limit", 0.9, ratio("StoreBenchmark.blocked"));
        atLeast("file, pipelined 2 × 256, storing: against the bare limit", 0.8, ratio("StoreBenchmark.pipelined"));
        atLeast(
                "file, 64 blocking threads, growing: against a bare limit that fills its files",
                0.85,
                growing("blocked"));
        atLeast("file, pipelined, growing: against a bare limit that fills its files", 0.85, growing("pipelined"));
    }

    private void besidePeers() {
        atLeast(
                "file, 64 threads, store, load and remove: against plain RocksDB",
                8,
                results.score(cycle(Peers.FILE)) / results.score(cycle(Peers.PLAIN_ROCKSDB)));
        atLeast("file, 64 threads, storing: against plain RocksDB", 4, beside(Peers.FILE, Peers.PLAIN_ROCKSDB));
        atLeast("file, 64 threads, storing: against the Artemis NIO journal", 2.5, beside(Peers.FILE, Peers.ARTEMIS));
        atLeast(
                "file, 64 threads, storing: against one file per message",
                10,
                beside(Peers.FILE, Peers.FILE_PER_MESSAGE));
        atLeast("RocksDB backend, 64 threads: against plain RocksDB", 1.8, beside(Peers.ROCKSDB, Peers.PLAIN_ROCKSDB));
        atLeast("LMDB backend, 64 threads: against plain LMDB", 8, beside(Peers.LMDB, Peers.PLAIN_LMDB));
    }

    private void latency() {
        atMost("file, 64 threads: p99 of a store against its p50", 2, tail(Case.store(Peers.FILE)));
        atMost("the same with compaction running (deferred mail)", 4, tail(DEFERRED));
    }

    private void allocation() {
        double allocated = results.median(Case.store(Peers.FILE), Measures.ALLOCATED);
        rows.add(new Row(
                "file, 64 threads: heap allocated for each store, its id and message included",
                "no more than the future and the queue node, " + NODE_BYTES + " bytes",
                format("%,.0f bytes", allocated),
                allocated <= NODE_BYTES));
    }

    private void rest() throws IOException {
        atLeast(
                "load from the page cache, 64 threads: against a bare read and CRC",
                0.7,
                results.score(LOAD) / results.score(BARE_LOAD));
        double probe = results.score(PROBE);
        rows.add(new Row(
                "`unhealthyReason()`",
                "under 2 ns, 0 bytes",
                format("%.2f ns, %.0f bytes", probe, results.median(PROBE, Measures.ALLOCATED)),
                probe < 2));
        double occupied = results.median(DEFERRED, Measures.OCCUPIED);
        double onDisk = results.median(DEFERRED, Measures.ON_DISK);
        rows.add(new Row(
                "deferred mail: space of messages, live and dead, against live bytes",
                "under 2 ×",
                format("%.2f × (%.2f × with files kept to be used again)", occupied, onDisk),
                occupied < 2));
        double copied = 1 + results.median(DEFERRED, Measures.COPIED);
        double written = results.median(DEFERRED, Measures.WRITTEN);
        rows.add(new Row(
                "deferred mail: bytes written for each byte stored",
                "under 2",
                format("%.2f (%.2f with padding, records of removes and filling)", copied, written),
                copied < 2));
        if (!quick) {
            slow();
        }
    }

    private void slow() throws IOException {
        double seconds = results.score(OPEN) / 1e3;
        rows.add(new Row(
                "open, a million live messages, sealed", "under 0.12 s", format("%.3f s", seconds), seconds < 0.12));
        IndexSweep.Sizes sizes = IndexSweep.run(SWEPT_MESSAGES, SWEPT_BODY_BYTES);
        rows.add(new Row(
                "index and metadata for each live message, 0.1 to 4 million",
                "40 bytes on average, 48 at worst",
                format("%.1f, %.1f", sizes.average(), sizes.worst()),
                sizes.average() <= 40 && sizes.worst() <= 48));
        for (String way : List.of("store", "load")) {
            atMost(
                    "cost of a " + way + " with 10 000 000 live messages, against 100 000",
                    1.2,
                    results.score(fullness(way, FEW)) / results.score(fullness(way, MANY)));
        }
    }

    private void atLeast(String what, double goal, double reached) {
        rows.add(new Row(what, format("%s ×", number(goal)), format("%.2f ×", reached), reached >= goal));
    }

    private void atMost(String what, double goal, double reached) {
        rows.add(new Row(what, format("within %s ×", number(goal)), format("%.2f ×", reached), reached <= goal));
    }

    private static String number(double goal) {
        return String.valueOf(goal).replaceAll("\\.0$", "");
    }

    private double ratio(String benchmark) {
        return results.score(Case.of(benchmark, Peers.FILE)) / results.score(Case.of(benchmark, Peers.BARE));
    }

    private double growing(String way) {
        String benchmark = "GrowBenchmark." + way;
        return results.score(Case.of(benchmark, Peers.FILE)) / results.score(Case.of(benchmark, Peers.BARE_FILLING));
    }

    private double beside(Peers ours, Peers theirs) {
        return results.score(Case.store(ours)) / results.score(Case.store(theirs));
    }

    private double p50(Case what) {
        return results.median(what, Measures.P50);
    }

    private double tail(Case what) {
        return results.median(what, Measures.P99) / p50(what);
    }

    private static Case cycle(Peers peer) {
        return Case.of("CycleBenchmark.blocked", peer);
    }

    private static Case fullness(String way, String live) {
        return Case.of("FullnessBenchmark." + way, Workload.BLOCKED_THREADS, Map.of("live", live));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
