package dev.spool.jmh.report;

import dev.spool.jmh.Workload;
import dev.spool.jmh.peer.Peers;
import java.util.Map;
import java.util.TreeMap;

/**
 * One benchmark on one peer by so many callers.
 *
 * @param benchmark class and method, such as {@code StoreBenchmark.blocked}
 * @param threads callers
 * @param virtual whether they are virtual threads
 * @param parameters those of the benchmark
 */
record Case(String benchmark, int threads, boolean virtual, Map<String, String> parameters) {

    Case {
        parameters = Map.copyOf(parameters);
    }

    /** Storing alone, each thread waiting. */
    static Case store(Peers peer) {
        return of("StoreBenchmark.blocked", peer);
    }

    /** A benchmark of many peers with messages of 4 KiB. */
    static Case of(String benchmark, Peers peer) {
        int threads = benchmark.endsWith(".pipelined") ? Workload.PIPELINED_THREADS : Workload.BLOCKED_THREADS;
        return new Case(benchmark, threads, false, Map.of("peer", peer.key()));
    }

    /** A benchmark that knows itself what it measures. */
    static Case of(String benchmark, int threads, Map<String, String> parameters) {
        return new Case(benchmark, threads, false, parameters);
    }

    Case by(int newThreads) {
        return new Case(benchmark, newThreads, virtual, parameters);
    }

    Case byVirtual(int newThreads) {
        return new Case(benchmark, newThreads, true, parameters);
    }

    Case withBody(String body) {
        Map<String, String> more = new TreeMap<>(parameters);
        more.put("body", body);
        return new Case(benchmark, threads, virtual, more);
    }

    @Override
    public String toString() {
        return benchmark + " " + new TreeMap<>(parameters) + ", " + threads + (virtual ? " virtual" : "") + " threads";
    }
}
