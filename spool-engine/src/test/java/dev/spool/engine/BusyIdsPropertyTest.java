package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BusyIdsPropertyTest {

    private static final Operation.Terms TERMS = new Operation.Terms(0, 0, 0, false, false, 0);

    @Property(tries = 200)
    void operationsOnAnIdAreActiveOneByOneInTheirOrder(
            @ForAll @Size(min = 50, max = 2000) List<@IntRange(max = 700) Integer> moves) {
        BusyIds busy = new BusyIds();
        Map<SpoolId, Deque<Operation>> model = new HashMap<>();
        for (int move : moves) {
            // Few high halves, so that many slots collide.
            SpoolId id = new SpoolId(move % 3, move / 3);
            Deque<Operation> queue = model.computeIfAbsent(id, key -> new ArrayDeque<>());
            if (move % 2 == 0 || queue.isEmpty()) {
                Operation operation = new Operation(Operation.Kind.REMOVE, id, TERMS, new Object(), null);
                assertThat(busy.enter(operation)).isEqualTo(queue.isEmpty());
                queue.add(operation);
            } else {
                Operation next = busy.leave(queue.remove());
                assertThat(next).isSameAs(queue.peek());
            }
        }
        List<Operation> left = new ArrayList<>();
        busy.forEach(left::add);
        List<Operation> expected = new ArrayList<>();
        model.values().forEach(expected::addAll);
        assertThat(left).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(busy.size()).isEqualTo((int)
                model.values().stream().filter(queue -> !queue.isEmpty()).count());
    }
}
