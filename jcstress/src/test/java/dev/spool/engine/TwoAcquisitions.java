package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A staging buffer that is kept is handed out to one of those who ask at once. */
@JCStressTest
@Description("two threads that ask a pool with two kept buffers: whether each has one of its own")
@Outcome(id = "true", expect = ACCEPTABLE, desc = "each has one of its own")
@Outcome(expect = FORBIDDEN, desc = "both write into the same buffer, or one got none")
@State
public class TwoAcquisitions {

    private static final int PAYLOAD = 100;
    private static final int CAPACITY = StagingPool.capacityOf(0);

    private final StagingPool pool = new StagingPool(2 * CAPACITY, () -> {});
    private ByteBuffer one;
    private ByteBuffer other;

    public TwoAcquisitions() {
        pool.release(ByteBuffer.allocate(CAPACITY));
        pool.release(ByteBuffer.allocate(CAPACITY));
    }

    @Actor
    public void acquireOne() {
        one = pool.tryAcquire(PAYLOAD);
    }

    @Actor
    public void acquireOther() {
        other = pool.tryAcquire(PAYLOAD);
    }

    @Arbiter
    public void after(Z_Result distinct) {
        distinct.r1 = one != null && other != null && one != other;
    }
}
