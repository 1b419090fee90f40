package dev.spool.engine;

import dev.spool.SpoolId;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ids on which an operation is under way, and the operations that wait for it: what keeps the operations on one id in the
 * order of their submission. At most one operation on an id is active; later ones follow it in a chain.
 *
 * <p>A hash table with linear probing whose slots are the operations themselves. Not thread-safe.
 */
final class BusyIds {

    private @Nullable Operation[] slots = new @Nullable Operation[256];
    private int size;

    int size() {
        return size;
    }

    /** Makes an operation active, or the last follower of the one that is. True if it is active. */
    boolean enter(Operation operation) {
        if (size * 2 >= slots.length) {
            grow();
        }
        int slot = find(operation.id);
        Operation active = slots[slot];
        if (active == null) {
            slots[slot] = operation;
            size++;
            return true;
        }
        if (active.lastFollower == null) {
            active.firstFollower = operation;
        } else {
            active.lastFollower.link = operation;
        }
        active.lastFollower = operation;
        return false;
    }

    /** Ends the active operation; the first follower, returned, is active from now on. */
    @Nullable
    Operation leave(Operation operation) {
        int slot = find(operation.id);
        assert slots[slot] == operation : "not active: " + operation;
        Operation next = operation.firstFollower;
        if (next == null) {
            vacate(slot);
            return null;
        }
        next.firstFollower = next.link;
        next.lastFollower = operation.lastFollower == next ? null : operation.lastFollower;
        next.link = null;
        operation.firstFollower = null;
        operation.lastFollower = null;
        slots[slot] = next;
        return next;
    }

    /** Visits every operation, active and following. The visitor must not change this table. */
    void forEach(Consumer<Operation> visitor) {
        for (Operation active : slots) {
            if (active != null) {
                visitor.accept(active);
                for (Operation follower = active.firstFollower; follower != null; follower = follower.link) {
                    visitor.accept(follower);
                }
            }
        }
    }

    void clear() {
        Arrays.fill(slots, null);
        size = 0;
    }

    private int find(SpoolId id) {
        int mask = slots.length - 1;
        int slot = hash(id) & mask;
        for (Operation at = slots[slot]; at != null && !at.id.equals(id); at = slots[slot]) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Empties a slot and moves up what would no longer be found behind it. */
    private void vacate(int slot) {
        int mask = slots.length - 1;
        int hole = slot;
        int at = (slot + 1) & mask;
        for (Operation moved = slots[at]; moved != null; moved = slots[at]) {
            int home = hash(moved.id) & mask;
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                slots[hole] = moved;
                hole = at;
            }
            at = (at + 1) & mask;
        }
        slots[hole] = null;
        size--;
    }

    private void grow() {
        @Nullable Operation[] old = slots;
        slots = new @Nullable Operation[old.length * 2];
        for (Operation moved : old) {
            if (moved != null) {
                slots[find(moved.id)] = moved;
            }
        }
    }

    private static int hash(SpoolId id) {
        return (int) (IdHash.mix(id) >>> 32);
    }
}
