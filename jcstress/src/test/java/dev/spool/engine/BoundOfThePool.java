package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;

/** Two who ask at once do not get more than the bound together. */
@JCStressTest
@Description("two threads that ask a pool whose bound is one buffer: how many get one, and the bytes in flight")
@Outcome(id = "1, 512", expect = ACCEPTABLE, desc = "one of them")
@Outcome(expect = FORBIDDEN, desc = "more in flight than the bound, or none though there was room")
@State
public class BoundOfThePool {

    private static final int PAYLOAD = 100;

    private final StagingPool pool = new StagingPool(StagingPool.capacityOf(0), () -> {});
    private boolean one;
    private boolean other;

    @Actor
    public void acquireOne() {
        one = pool.tryAcquire(PAYLOAD) != null;
    }

    @Actor
    public void acquireOther() {
        other = pool.tryAcquire(PAYLOAD) != null;
    }

    @Arbiter
    public void after(IJ_Result got) {
        got.r1 = (one ? 1 : 0) + (other ? 1 : 0);
        got.r2 = pool.inFlightBytes();
    }
}
