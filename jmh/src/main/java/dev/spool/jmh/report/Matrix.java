package dev.spool.jmh.report;

import dev.spool.jmh.peer.Peers;
import java.util.ArrayList;
import java.util.List;

/** All workloads, by all kinds of callers, with all sizes: for the file backend and plain RocksDB; for the others with 4 KiB. */
final class Matrix {

    private static final int VIRTUAL_SINCE = 21;
    private static final String USUAL = "4096";
    private static final List<String> BODIES = List.of("200", USUAL, "20480", "262144", "mail");

    private Matrix() {}

    /** What is done with messages. */
    enum Work {
        STORE("Storing alone", "StoreBenchmark"),
        CYCLE("Store, load, remove", "CycleBenchmark"),
        DEFERRED("Deferred mail", "DeferredBenchmark");

        private final String title;
        private final String benchmark;

        Work(String title, String benchmark) {
            this.title = title;
            this.benchmark = benchmark;
        }

        String title() {
            return title;
        }
    }

    /** The bodies that a peer is given. */
    static List<String> bodies(Peers peer) {
        return peer == Peers.FILE || peer == Peers.PLAIN_ROCKSDB ? BODIES : List.of(USUAL);
    }

    /** The cases of one kind of work with one kind of body. */
    static List<Case> cases(Work work, String body) {
        List<Case> cases = new ArrayList<>();
        for (Peers peer : Peers.values()) {
            if (takesPart(peer, work) && bodies(peer).contains(body)) {
                for (Case each : callers(work, peer)) {
                    cases.add(body.equals(USUAL) ? each : each.withBody(body));
                }
            }
        }
        return cases;
    }

    /** All cases. */
    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (Work work : Work.values()) {
            for (String body : BODIES) {
                cases.addAll(cases(work, body));
            }
        }
        return cases;
    }

    static List<String> bodies() {
        return BODIES;
    }

    private static boolean takesPart(Peers peer, Work work) {
        return switch (work) {
            case STORE -> peer != Peers.DIRECT && peer != Peers.BARE_FILLING;
            case CYCLE -> peer.loads();
            case DEFERRED -> peer.isSpool();
        };
    }

    private static List<Case> callers(Work work, Peers peer) {
        Case blocked = Case.of(work.benchmark + ".blocked", peer);
        List<Case> cases = new ArrayList<>(List.of(blocked.by(1), blocked));
        if (work == Work.STORE && peer.pipelines()) {
            cases.add(Case.of(work.benchmark + ".pipelined", peer));
        }
        if (Runtime.version().feature() >= VIRTUAL_SINCE) {
            cases.add(Case.of(work.benchmark + ".virtual", peer));
        }
        return cases;
    }
}
