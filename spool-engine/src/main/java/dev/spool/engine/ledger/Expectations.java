package dev.spool.engine.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a ledger, read from its first line to its last, allows a spool to hold under each id.
 *
 * <p>Operations on one id take effect in the order in which they were issued, each whole or not at all, and one that was
 * acknowledged did. So the state is what the last acknowledged operation made it, or what any later, unacknowledged one
 * makes it. Until something is acknowledged it may also be what it was before the ledger began: nothing, unless the first
 * line is a removal, which shows that the writer knew of a message that the ledger does not.
 *
 * <p>An acknowledgement belongs to the last equal operation that lacks one. One that answers no operation stands for both.
 *
 * <p>Each id has a chain of operations in the order of issue; equal ones in a row are one with a count. At most one is
 * <i>settled</i>: the last that was acknowledged. Those after it are pending. Those before it decide nothing any more, and
 * stay only until their own acknowledgement comes. Nearly every chain has one operation; an id then takes about 80 bytes.
 */
final class Expectations {

    /** Fields of an operation; its SHA-256 takes the first four. */
    private static final int SHA = 0;

    private static final int SIZE = 4;
    private static final int LINKS = 5;
    private static final int OPERATION_LONGS = 6;

    /** In place of a size. */
    private static final long REMOVAL = -1;

    private static final int NONE = -1;

    private final SpoolIdTable ids = new SpoolIdTable();
    /** First and last operation of each id's chain. */
    private final PackedRecords chains = new PackedRecords(1);

    private final PackedRecords operations = new PackedRecords(OPERATION_LONGS);
    private int firstFree = NONE;

    SpoolIdTable ids() {
        return ids;
    }

    void add(LedgerLine line) {
        int number = ids.findOrAdd(line.id());
        if (number == chains.count()) {
            chains.add();
            setChain(number, NONE, NONE);
        }
        if (line.step().isAcknowledgement()) {
            acknowledge(number, line.body());
        } else {
            issue(number, line.body());
        }
    }

    /** Judges that the spool holds this body under the id of that number. */
    Judgement present(int number, BodyDigest found) {
        boolean mayHoldSomething = false;
        for (int at = settledOrFirst(number); at != NONE; at = next(at)) {
            if (equal(at, found)) {
                return Judgement.STORED;
            }
            mayHoldSomething |= !isRemoval(at);
        }
        int first = first(number);
        if (settled(number) == NONE && isRemoval(first)) {
            return Judgement.UNDECIDED;
        }
        return mayHoldSomething ? Judgement.WRONG : Judgement.RESURRECTED;
    }

    /** Judges that the spool holds nothing under the id of that number. */
    Judgement absent(int number) {
        if (settled(number) == NONE) {
            return Judgement.UNDECIDED;
        }
        for (int at = settled(number); at != NONE; at = next(at)) {
            if (isRemoval(at)) {
                return Judgement.REMOVED;
            }
        }
        return Judgement.LOST;
    }

    private void issue(int number, @Nullable BodyDigest body) {
        int last = last(number);
        if (last != NONE && equal(last, body)) {
            setUnanswered(last, unanswered(last) + 1);
        } else {
            setUnanswered(append(number, body), 1);
        }
    }

    private void acknowledge(int number, @Nullable BodyDigest body) {
        int settled = settled(number);
        boolean pastSettled = settled == NONE;
        int answered = NONE;
        boolean answersPending = false;
        for (int at = first(number); at != NONE; at = next(at)) {
            pastSettled |= at == settled;
            if (unanswered(at) > 0 && equal(at, body)) {
                answered = at;
                answersPending = pastSettled;
            }
        }
        if (answered == NONE) {
            answered = append(number, body);
            answersPending = true;
        } else {
            setUnanswered(answered, unanswered(answered) - 1);
        }
        if (answersPending && answered != settled) {
            setSettled(answered, true);
            if (settled != NONE) {
                setSettled(settled, false);
            }
        }
        dropAnswered(number);
    }

    /** Takes out of the chain what is neither settled nor waits for an acknowledgement. */
    private void dropAnswered(int number) {
        int previous = NONE;
        int at = first(number);
        while (at != NONE) {
            int next = next(at);
            if (isSettled(at) || unanswered(at) > 0) {
                previous = at;
            } else {
                if (previous == NONE) {
                    setChain(number, next, last(number));
                } else {
                    setNext(previous, next);
                }
                if (next == NONE) {
                    setChain(number, first(number), previous);
                }
                setNext(at, firstFree);
                firstFree = at;
            }
            at = next;
        }
    }

    private int append(int number, @Nullable BodyDigest body) {
        int operation = firstFree;
        if (operation == NONE) {
            operation = operations.add();
        } else {
            firstFree = next(operation);
        }
        operations.set(operation, SHA, body == null ? 0 : body.sha0());
        operations.set(operation, SHA + 1, body == null ? 0 : body.sha1());
        operations.set(operation, SHA + 2, body == null ? 0 : body.sha2());
        operations.set(operation, SHA + 3, body == null ? 0 : body.sha3());
        operations.set(operation, SIZE, body == null ? REMOVAL : body.sizeBytes());
        operations.set(operation, LINKS, 0);
        setNext(operation, NONE);
        int last = last(number);
        if (last == NONE) {
            setChain(number, operation, operation);
        } else {
            setNext(last, operation);
            setChain(number, first(number), operation);
        }
        return operation;
    }

    private boolean equal(int operation, @Nullable BodyDigest body) {
        if (body == null) {
            return isRemoval(operation);
        }
        return operations.get(operation, SIZE) == body.sizeBytes()
                && operations.get(operation, SHA) == body.sha0()
                && operations.get(operation, SHA + 1) == body.sha1()
                && operations.get(operation, SHA + 2) == body.sha2()
                && operations.get(operation, SHA + 3) == body.sha3();
    }

    private boolean isRemoval(int operation) {
        return operations.get(operation, SIZE) == REMOVAL;
    }

    private int settledOrFirst(int number) {
        int settled = settled(number);
        return settled != NONE ? settled : first(number);
    }

    private int settled(int number) {
        int at = first(number);
        while (at != NONE && !isSettled(at)) {
            at = next(at);
        }
        return at;
    }

    // A chain is first and last operation. An operation's links are, from the top: its successor in 32 bits, whether it
    // is
    // settled in one, how many acknowledgements it lacks in 31.

    private int first(int number) {
        return (int) (chains.get(number, 0) >>> 32);
    }

    private int last(int number) {
        return (int) chains.get(number, 0);
    }

    private void setChain(int number, int first, int last) {
        chains.set(number, 0, (long) first << 32 | (last & 0xffffffffL));
    }

    private int next(int operation) {
        return (int) (operations.get(operation, LINKS) >>> 32);
    }

    private void setNext(int operation, int next) {
        operations.set(operation, LINKS, (long) next << 32 | (operations.get(operation, LINKS) & 0xffffffffL));
    }

    private boolean isSettled(int operation) {
        return (operations.get(operation, LINKS) & 0x80000000L) != 0;
    }

    private void setSettled(int operation, boolean settled) {
        long rest = operations.get(operation, LINKS) & ~0x80000000L;
        operations.set(operation, LINKS, settled ? rest | 0x80000000L : rest);
    }

    private int unanswered(int operation) {
        return (int) operations.get(operation, LINKS) & 0x7fffffff;
    }

    private void setUnanswered(int operation, int count) {
        operations.set(operation, LINKS, (operations.get(operation, LINKS) & ~0x7fffffffL) | count);
    }
}
