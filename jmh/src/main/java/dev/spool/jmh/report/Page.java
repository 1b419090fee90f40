package dev.spool.jmh.report;

import dev.spool.jmh.Measures;
import dev.spool.jmh.VirtualCallers;
import dev.spool.jmh.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** {@code docs/benchmarks.md} and its pictures. */
final class Page {

    private static final String PICTURES = "benchmarks";

    private final Results results;
    private final Path file;
    private final Charts charts;
    private final StringBuilder text = new StringBuilder();

    Page(Results results, Path file) throws IOException {
        this.results = results;
        this.file = file;
        Path pictures = file.resolveSibling(PICTURES);
        Files.createDirectories(pictures);
        this.charts = new Charts(pictures);
    }

    void write(List<Goals.Row> goals, boolean quick) throws IOException {
        head(quick);
        goals(goals);
        peers();
        for (Matrix.Work work : Matrix.Work.values()) {
            for (String body : Matrix.bodies()) {
                table(work, body);
            }
        }
        soak();
        Files.writeString(file, text);
    }

    private void head(boolean quick) throws IOException {
        line("# Benchmarks");
        line("");
        line("Written by `jmh/report" + (quick ? " --quick" : "") + "` on " + LocalDate.now(ZoneOffset.UTC)
                + ". Every message is durable before it counts. All figures come from one run, in which the peers");
        line(
                "took turns; each is the median over slices of 250 ms (pipelining in files used again: 100 ms; deferred mail: 2 s), and");
        line(
                "`max` the worst of all. A shared or virtual machine makes the figures vary from run to run; the ratios less.");
        line("");
        for (String what : Machine.describe()) {
            line("- " + what);
        }
        line("");
        line("Peers: RocksDB " + Versions.of(org.rocksdb.RocksDB.class) + " with its defaults and `sync`; lmdbjava "
                + Versions.of(org.lmdbjava.Env.class)
                + ", a transaction for each put; the NIO journal of ActiveMQ Artemis "
                + Versions.of(org.apache.activemq.artemis.core.journal.impl.JournalImpl.class)
                + " with datasync and");
        line(
                "the buffer timeout that its `perf-journal` would choose on this disk; one file per message, written, synced, renamed,");
        line(
                "and the directory synced. The bare limit copies, checksums, writes and syncs batches, and knows neither ids nor");
        line(
                "index nor futures. Artemis reads its journal at its start alone, so it takes no part where messages are loaded; plain");
        line(
                "RocksDB, plain LMDB and files have nothing to wait for later, so they take no part where callers pipeline.");
        line("");
    }

    /** What a soak wrote beside, if there was one. */
    private void soak() {
        if (Files.exists(file.resolveSibling(PICTURES).resolve("soak.md"))) {
            line("## For a long time");
            line("");
            line("![Deferred mail, minute by minute](" + PICTURES + "/soak.png)");
            line("");
            line("Deferred mail at 80 % of the rate that could be reached: [minute by minute](" + PICTURES
                    + "/soak.md).");
        }
    }

    private void goals(List<Goals.Row> goals) {
        line("## What is to be reached");
        line("");
        line("| ratio within this run, 4 KiB, files used again unless said | goal | reached | |");
        line("|---|---|---|---|");
        for (Goals.Row row : goals) {
            line("| " + row.what() + " | " + row.goal() + " | " + row.reached() + " | " + (row.met() ? "yes" : "**no**")
                    + " |");
        }
        line("");
    }

    private void peers() throws IOException {
        List<String> names = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (Peers peer : Peers.values()) {
            if (results.has(Case.store(peer))) {
                names.add(peer.title());
                rates.add(results.score(Case.store(peer)));
            }
        }
        charts.bars(
                "peers.png",
                "64 threads storing 4 KiB, each waiting",
                "messages/s",
                names,
                Map.of("messages/s", rates));
        line("![64 threads storing 4 KiB](" + PICTURES + "/peers.png)");
        line("");
        Map<String, List<Double>> tails = new LinkedHashMap<>();
        for (String percentile : List.of(Measures.P50, Measures.P99)) {
            List<Double> micros = new ArrayList<>();
            for (Peers peer : Peers.values()) {
                if (results.has(Case.store(peer))) {
                    micros.add(Math.log10(results.median(Case.store(peer), percentile)));
                }
            }
            tails.put(percentile, micros);
        }
        charts.bars("latency.png", "64 threads storing 4 KiB: how long a store takes", "log10 of µs", names, tails);
        line("![How long a store takes](" + PICTURES + "/latency.png)");
        line("");
    }

    private void table(Matrix.Work work, String body) {
        List<Case> cases =
                Matrix.cases(work, body).stream().filter(results::has).toList();
        if (cases.isEmpty()) {
            return;
        }
        line("## " + work.title() + ", " + (body.equals("mail") ? "sizes as of mail" : body + " bytes"));
        line("");
        line(
                "| peer | callers | messages/s | p50 µs | p99 | p99.9 | max | syncs/s | heap B/op | CPU µs/op | written B/B |");
        line("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (Case each : cases) {
            row(each);
        }
        line("");
    }

    private void row(Case each) {
        Figures figures = results.of(each);
        String peer =
                Peers.named(each.parameters().getOrDefault("peer", "file")).title();
        line("| " + peer + " | " + callers(each) + " | " + number(OptionalDouble.of(figures.score()), "%,.0f") + " | "
                + number(figures.median(Measures.P50), "%,.0f") + " | "
                + number(figures.median(Measures.P99), "%,.0f") + " | "
                + number(figures.median(Measures.P999), "%,.0f") + " | "
                + number(figures.largest(Measures.MAX), "%,.0f") + " | "
                + number(figures.median(Measures.SYNCS), "%,.0f") + " | "
                + number(figures.median(Measures.ALLOCATED), "%,.0f") + " | "
                + number(figures.median(Measures.CPU), "%,.1f") + " | "
                + number(figures.median(Measures.WRITTEN), "%,.2f") + " |");
    }

    private static String callers(Case each) {
        if (each.benchmark().endsWith(".pipelined")) {
            return "2 × 256 in flight";
        }
        if (each.benchmark().endsWith(".virtual")) {
            return VirtualCallers.THREADS + " virtual threads";
        }
        return each.threads() + (each.threads() == 1 ? " thread" : " threads");
    }

    private static String number(OptionalDouble value, String format) {
        return value.isEmpty() ? "" : String.format(Locale.ROOT, format, value.getAsDouble());
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
