package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Nobody who was let in to read finds the files closed beneath it. */
@JCStressTest
@Description("a reader beside the close of the files: let in and the files open, or refused")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "let in, and the files stay open")
@Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "refused")
@Outcome(expect = FORBIDDEN, desc = "let in, and the files closed meanwhile")
@State
public class ReadBesideClose {

    private final ReadGate gate = new ReadGate();

    /** Plain, as what a reader uses is. */
    private int filesClosed;

    @Actor
    public void read(II_Result seen) {
        int stripe;
        try {
            stripe = gate.enter();
        } catch (IllegalStateException closed) {
            seen.r1 = -1;
            seen.r2 = -1;
            return;
        }
        seen.r1 = filesClosed;
        Thread.onSpinWait();
        seen.r2 = filesClosed;
        gate.leave(stripe);
    }

    @Actor
    public void close() {
        gate.close();
        filesClosed = 1;
    }
}
