package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A committer that sleeps until its bell rings never sleeps on work that was pushed before the ring. */
@JCStressTest
@Description("work pushed and the bell rung beside a committer that looks and then sleeps: whether it slept on")
@Outcome(id = "false", expect = ACCEPTABLE, desc = "it was there, or the ring woke the committer")
@Outcome(expect = FORBIDDEN, desc = "the committer sleeps on work")
@State
public class RingBesideSleep {

    private final Inbox inbox = new Inbox();
    private final Doorbell bell = new Doorbell();

    @Actor
    public void submit() {
        inbox.push(new InboxEntry() {});
        bell.ring();
    }

    @Actor
    public void commit(Z_Result late) {
        long began = System.nanoTime();
        while (inbox.poll() == null && !LateRing.known()) {
            bell.sleep(LateRing.SLEEP_NANOS, inbox::isEmpty);
            late.r1 |= LateRing.since(began);
        }
    }
}
