package dev.spool.testkit.history;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search for an order of the calls on one message that explains all answers, and in which each call stands at some moment between
 * its beginning and its end: Wing and Gong's algorithm with Lowe's memory of what was tried (G. Lowe, Testing for linearizability,
 * 2017).
 *
 * <p>Its cost grows with how many calls overlap, not with how many there are: some hundred calls of a handful of threads take
 * milliseconds.
 */
final class Linearization {

    /** The calls by their beginning, and as a list of beginnings and ends from which calls are lifted as they are placed. */
    private final List<Call> calls;

    private final Moment first = new Moment(-1, null);
    private final BitSet placed = new BitSet();
    private final Set<Tried> tried = new HashSet<>();
    private final Deque<Placed> order = new ArrayDeque<>();
    private int placedAtMost;

    private Linearization(List<Call> calls) {
        this.calls =
                calls.stream().sorted(Comparator.comparingLong(Call::began)).toList();
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < this.calls.size(); i++) {
            Moment end = new Moment(i, null);
            moments.add(new Moment(i, end));
            moments.add(end);
        }
        moments.sort(Comparator.comparingLong(this::time));
        Moment last = first;
        for (Moment moment : moments) {
            last.next = moment;
            moment.previous = last;
            last = moment;
        }
    }

    /** Null if there is such an order; else what stands in the way. */
    static @Nullable String missing(List<Call> calls) {
        Linearization search = new Linearization(calls);
        return search.search() ? null : search.explain();
    }

    private boolean search() {
        Content state = null;
        Moment at = first.next;
        while (first.next != null) {
            if (at == null) {
                throw new AssertionError("a call without an end");
            }
            Moment end = at.end;
            if (end != null) {
                Outcome outcome = calls.get(at.call).outcome();
                if (outcome.possibleAfter(state) && isNew(at.call, outcome.appliedTo(state))) {
                    order.push(new Placed(at, state));
                    state = outcome.appliedTo(state);
                    at.lift();
                    end.lift();
                    placedAtMost = Math.max(placedAtMost, order.size());
                    at = first.next;
                } else {
                    at = at.next;
                }
                continue;
            }
            // The end of a call that nobody could place before it: what was placed last was a wrong choice.
            if (order.isEmpty()) {
                return false;
            }
            Placed wrong = order.pop();
            state = wrong.before;
            placed.clear(wrong.moment.call);
            requireNonNull(wrong.moment.end).putBack();
            wrong.moment.putBack();
            at = wrong.moment.next;
        }
        return true;
    }

    /** Whether these calls have not led to that state before; places the call if so. */
    private boolean isNew(int call, @Nullable Content after) {
        placed.set(call);
        if (tried.add(new Tried((BitSet) placed.clone(), after))) {
            return true;
        }
        placed.clear(call);
        return false;
    }

    private long time(Moment moment) {
        Call call = calls.get(moment.call);
        return moment.end != null ? call.began() : call.ended();
    }

    private String explain() {
        StringBuilder text = new StringBuilder("no order of these ").append(calls.size());
        text.append(" calls explains their answers, at most ")
                .append(placedAtMost)
                .append(" of them can be placed:");
        for (Call call : calls) {
            text.append(System.lineSeparator()).append("  ").append(call);
        }
        return text.toString();
    }

    /** The beginning of a call, which knows its end, or the end. */
    private static final class Moment {
        private final int call;
        private final @Nullable Moment end;
        private @Nullable Moment previous;
        private @Nullable Moment next;

        Moment(int call, @Nullable Moment end) {
            this.call = call;
            this.end = end;
        }

        void lift() {
            requireNonNull(previous).next = next;
            if (next != null) {
                next.previous = previous;
            }
        }

        /** Undoes the last {@link #lift} that has not been undone. */
        void putBack() {
            requireNonNull(previous).next = this;
            if (next != null) {
                next.previous = this;
            }
        }
    }

    private record Placed(Moment moment, @Nullable Content before) {}

    private record Tried(BitSet placed, @Nullable Content state) {}
}
