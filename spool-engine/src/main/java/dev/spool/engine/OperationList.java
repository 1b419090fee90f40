package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Operations in their order, linked by themselves: an operation is in one list at most. Not thread-safe. */
final class OperationList {

    private @Nullable Operation head;
    private @Nullable Operation tail;

    boolean isEmpty() {
        return head == null;
    }

    @Nullable
    Operation peek() {
        return head;
    }

    void add(Operation operation) {
        operation.link = null;
        if (tail == null) {
            head = operation;
        } else {
            tail.link = operation;
        }
        tail = operation;
    }

    void addFirst(Operation operation) {
        operation.link = head;
        head = operation;
        if (tail == null) {
            tail = operation;
        }
    }

    /** Removes the first one, which must be there. */
    Operation remove() {
        Operation removed = requireNonNull(head);
        head = removed.link;
        if (head == null) {
            tail = null;
        }
        removed.link = null;
        return removed;
    }

    void clear() {
        head = null;
        tail = null;
    }
}
