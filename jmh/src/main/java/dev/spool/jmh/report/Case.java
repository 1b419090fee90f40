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
 * @param parameters those of the benchmark
 */
record Case(String benchmark, int threads, Map<String, String> parameters) {

    Case {
        parameters = Map.copyOf(parameters);
    }

    /** Storing alone, each thread waiting. */
    static Case store(Peers peer) {
        return of("StoreBenchmark.blocked", peer);
    }

    /** A benchmark of many peers with messages of 4 KiB. */
    static Case of(String benchmark, Peers peer) {
        int threads = Workload.BLOCKED_THREADS;
        if (benchmark.endsWith(".pipelined")) {
            threads = Workload.PIPELINED_THREADS;
        } else if (benchmark.endsWith(".virtual")) {
            threads = 1;
        }
        return new Case(benchmark, threads, Map.of("peer", peer.key()));
    }

    /** A benchmark that knows itself what it measures. */
    static Case of(String benchmark, int threads, Map<String, String> parameters) {
        return new Case(benchmark, threads, parameters);
    }

    Case by(int newThreads) {
        return new Case(benchmark, newThreads, parameters);
    }

    Case withBody(String body) {
        Map<String, String> more = new TreeMap<>(parameters);
        more.put("body", body);
        return new Case(benchmark, threads, more);
    }

    @Override
    public String toString() {
        return benchmark + " " + new TreeMap<>(parameters) + ", " + threads + " threads";
    }
}
