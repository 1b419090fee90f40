package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.spool.SpoolId;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * What {@link WakeChain} stands on: a waiter says that it sleeps and then looks at its operation, a committer finishes the operation
 * and then looks whether it sleeps, and one of them at least sees the other.
 */
@JCStressTest
@Description(
        "a committer that finishes an operation beside its waiter: whether the first sees the sleeper, the second that it is done")
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the waiter sleeps, and will be woken")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the waiter does not sleep")
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the waiter does not sleep, and is woken for nothing")
@Outcome(expect = FORBIDDEN, desc = "the waiter sleeps, and nobody wakes it")
@State
public class SleepBesideFinish {

    private final Operation operation = new Operation(
            Operation.Kind.REMOVE,
            new SpoolId(0, 1),
            new Operation.Terms(0, 0, 0, false, false, 0),
            Thread.currentThread(),
            null);

    @Actor
    public void commit(ZZ_Result seen) {
        operation.finish();
        seen.r1 = operation.asleep;
    }

    @Actor
    public void await(ZZ_Result seen) {
        operation.asleep = true;
        seen.r2 = operation.isDone();
    }
}
