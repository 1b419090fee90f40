package dev.spool.handoff.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Visits every state that can be reached within the bounds, and remembers how. */
final class ModelSearch {

    private record Key(long high, long low) {}

    private final int faultsMax;
    private final int requestsMax;
    private final Map<Key, Integer> known = new HashMap<>();
    private final List<String> labels = new ArrayList<>();
    /** Empty unless the system property spool.model.describe is set: every state in words takes much memory. */
    private final List<String> described = new ArrayList<>();

    private final Ints parents = new Ints();
    private final Ints edgeFrom = new Ints();
    private final Ints edgeTo = new Ints();
    private final List<ModelMoves.Kind> edgeKind = new ArrayList<>();
    private final Map<String, Integer> moves = new HashMap<>();
    private final Predicate<ModelWorld> good;
    private final Predicate<ModelWorld> restful;
    private final BitSet goodStates = new BitSet();
    private final BitSet restfulStates = new BitSet();
    private final BitSet withoutSupervisor = new BitSet();

    /**
     * @param good where everything should be able to come to
     * @param restful where everything should be able to come to as long as nobody starts the supervisor again
     */
    ModelSearch(int faultsMax, int requestsMax, Predicate<ModelWorld> good, Predicate<ModelWorld> restful) {
        this.faultsMax = faultsMax;
        this.requestsMax = requestsMax;
        this.good = good;
        this.restful = restful;
    }

    /** Visits all; fails at the first violation, telling how it comes about. */
    void run(ModelWorld start, Predicate<ModelWorld> safe) {
        Deque<ModelWorld> open = new ArrayDeque<>();
        Deque<Integer> numbers = new ArrayDeque<>();
        open.add(start);
        numbers.add(number(start, "start", -1));
        while (!open.isEmpty()) {
            ModelWorld world = open.remove();
            int from = numbers.remove();
            for (ModelMoves.Move move : ModelMoves.from(world, faultsMax, requestsMax)) {
                int before = known.size();
                int to = number(move.to(), move.label(), from);
                moves.merge(move.label().replaceAll("server \\d", "server"), 1, Integer::sum);
                edgeFrom.add(from);
                edgeTo.add(to);
                edgeKind.add(move.kind());
                if (known.size() > before) {
                    if (!safe.test(move.to()) || !move.to().violations.isEmpty()) {
                        throw new AssertionError(move.to().violations + trace(to) + "\n" + move.to());
                    }
                    open.add(move.to());
                    numbers.add(to);
                }
            }
        }
    }

    int states() {
        return known.size();
    }

    int edges() {
        return edgeFrom.size;
    }

    Map<String, Integer> moves() {
        return moves;
    }

    /** States from which no good one can be reached, though no more goes wrong; a stopped successor stays so. */
    List<Integer> stuck() {
        BitSet reaching = reaching(
                goodStates, List.of(ModelMoves.Kind.ORDINARY, ModelMoves.Kind.AWAITED, ModelMoves.Kind.RESTART));
        return missing(reaching, new BitSet());
    }

    /** States without a supervisor in which processes that run, or run on, cannot come to rest without one. */
    List<Integer> stuckAlone() {
        BitSet reaching = reaching(
                restfulStates, List.of(ModelMoves.Kind.ORDINARY, ModelMoves.Kind.AWAITED, ModelMoves.Kind.CONTINUES));
        BitSet others = new BitSet();
        others.set(0, states());
        others.andNot(withoutSupervisor);
        return missing(reaching, others);
    }

    private List<Integer> missing(BitSet reaching, BitSet ignored) {
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < states(); i++) {
            if (!reaching.get(i) && !ignored.get(i)) {
                missing.add(i);
            }
        }
        return missing;
    }

    private BitSet reaching(BitSet targets, List<ModelMoves.Kind> allowed) {
        int[] first = new int[states()];
        int[] next = new int[edgeFrom.size];
        Arrays.fill(first, -1);
        for (int edge = 0; edge < edgeFrom.size; edge++) {
            if (allowed.contains(edgeKind.get(edge))) {
                next[edge] = first[edgeTo.values[edge]];
                first[edgeTo.values[edge]] = edge;
            }
        }
        BitSet reaching = (BitSet) targets.clone();
        Deque<Integer> open = new ArrayDeque<>();
        targets.stream().forEach(open::add);
        while (!open.isEmpty()) {
            for (int edge = first[open.remove()]; edge >= 0; edge = next[edge]) {
                int from = edgeFrom.values[edge];
                if (!reaching.get(from)) {
                    reaching.set(from);
                    open.add(from);
                }
            }
        }
        return reaching;
    }

    /** How a state comes about. */
    String trace(int state) {
        List<String> steps = new ArrayList<>();
        for (int at = state; at >= 0; at = parents.values[at]) {
            steps.add(labels.get(at));
        }
        Collections.reverse(steps);
        return "\n  " + String.join("\n  ", steps) + "\n" + (described.isEmpty() ? "" : described.get(state));
    }

    private int number(ModelWorld world, String label, int parent) {
        Key key = hash(world.key().toString());
        Integer old = known.get(key);
        if (old != null) {
            return old;
        }
        int number = known.size();
        known.put(key, number);
        labels.add(label);
        if (Boolean.getBoolean("spool.model.describe")) {
            described.add(world.toString());
        }
        parents.add(parent);
        goodStates.set(number, good.test(world));
        restfulStates.set(number, restful.test(world));
        withoutSupervisor.set(number, world.supervisor == null);
        return number;
    }

    private static Key hash(String text) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            return new Key(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Ints {
        private int[] values = new int[1 << 10];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }
    }
}
