package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.spool.SpoolId;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** An operation that is committed while it expires has one outcome, and whoever sees that it is done sees it. */
@JCStressTest
@Description("a committer and a watchdog that settle one operation: what each is told, and the outcome")
@Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "the committer came first")
@Outcome(id = "false, true, false", expect = ACCEPTABLE, desc = "the watchdog came first")
@Outcome(expect = FORBIDDEN, desc = "two outcomes, none, or that of the other")
@State
public class OutcomesOfAnOperation {

    private final Operation operation = new Operation(
            Operation.Kind.REMOVE,
            new SpoolId(0, 1),
            new Operation.Terms(0, 0, 0, false, false, 0),
            Thread.currentThread(),
            null);

    @Actor
    public void commit(ZZZ_Result chosen) {
        chosen.r1 = operation.join() && operation.settle(Boolean.TRUE);
        if (chosen.r1) {
            operation.finish();
        }
    }

    @Actor
    public void expire(ZZZ_Result chosen) {
        chosen.r2 = operation.settleQueued(Boolean.FALSE) || operation.settle(Boolean.FALSE);
        if (chosen.r2) {
            operation.finish();
        }
    }

    @Arbiter
    public void after(ZZZ_Result chosen) {
        chosen.r3 = operation.isDone() && operation.outcome() == Boolean.TRUE;
    }
}
