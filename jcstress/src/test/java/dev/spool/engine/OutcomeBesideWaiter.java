package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.spool.SpoolId;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A waiter that sees that its operation is done sees the outcome that was chosen before. */
@JCStressTest
@Description("an operation that is settled beside its waiter: not done, or done with its outcome")
@Outcome(id = "0", expect = ACCEPTABLE, desc = "not done yet")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "done, with its outcome")
@Outcome(expect = FORBIDDEN, desc = "done without its outcome")
@State
public class OutcomeBesideWaiter {

    private final Operation operation = new Operation(
            Operation.Kind.REMOVE,
            new SpoolId(0, 1),
            new Operation.Terms(0, 0, 0, false, false, 0),
            Thread.currentThread(),
            null);

    /** Made by the committer, so that the waiter can see one that is not whole. */
    private static final class Answer {
        int value;
    }

    @Actor
    public void commit() {
        Answer answer = new Answer();
        answer.value = 1;
        operation.settle(answer);
        operation.finish();
    }

    @Actor
    public void look(I_Result found) {
        if (operation.isDone()) {
            found.r1 = operation.outcome() instanceof Answer answer && answer.value == 1 ? 1 : -1;
        }
    }
}
