package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.spool.SpoolId;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A waiter that is about to sleep when its batch is over is woken by it, or sees that it is over. */
@JCStressTest
@Description("a committer that ends a batch beside a waiter that looks and then sleeps: whether it slept on")
@Outcome(id = "false", expect = ACCEPTABLE, desc = "it saw the outcome, or was woken")
@Outcome(expect = FORBIDDEN, desc = "nobody woke the waiter")
@State
public class WakingBesideSleep {

    private static final SpoolId ID = new SpoolId(0, 1);
    private static final Operation.Terms TERMS = new Operation.Terms(0, 0, 0, false, false, 0);

    private final Inbox inbox = new Inbox();

    /** As a committer delivers the outcomes of a batch. */
    @Actor
    public void commit() {
        InboxEntry submitted = inbox.poll();
        while (submitted == null) {
            Thread.onSpinWait();
            submitted = inbox.poll();
        }
        Operation operation = (Operation) submitted;
        WakeChain chain = new WakeChain();
        operation.settle(Boolean.TRUE);
        operation.chain = chain;
        operation.finish();
        chain.publish(operation.asleep ? new Operation[] {operation} : new Operation[0]);
        chain.wakeSome();
    }

    /** As a thread waits for its operation. */
    @Actor
    public void await(Z_Result late) {
        Operation operation = new Operation(Operation.Kind.REMOVE, ID, TERMS, Thread.currentThread(), null);
        inbox.push(operation);
        long began = System.nanoTime();
        operation.asleep = true;
        while (!operation.isDone() && !LateRing.known()) {
            LockSupport.parkNanos(operation, LateRing.SLEEP_NANOS);
            late.r1 |= LateRing.since(began);
        }
    }
}
