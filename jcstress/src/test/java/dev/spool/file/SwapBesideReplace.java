package dev.spool.file;

import static dev.spool.file.IndexState.COPY;
import static dev.spool.file.IndexState.NEW;
import static dev.spool.file.IndexState.OLD;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JZJ_Result;

/** A swap beside a commit that replaces the message: what was committed stays, and the commit is told what it replaced. */
@JCStressTest
@Description("a replace and a swap of one id: what was replaced, whether the copy was taken, what is there at the end")
@Outcome(id = OLD + ", false, " + NEW, expect = ACCEPTABLE, desc = "the commit came first, and the copy lost")
@Outcome(id = COPY + ", true, " + NEW, expect = ACCEPTABLE, desc = "the copy came first, and was replaced")
@Outcome(expect = FORBIDDEN, desc = "the committed version lost, or both won")
@State
public class SwapBesideReplace extends IndexState {

    public SwapBesideReplace() {
        fill(3);
    }

    @Actor
    public void commit(JZJ_Result seen) {
        seen.r1 = put(0, NEW);
    }

    @Actor
    public void compact(JZJ_Result seen) {
        seen.r2 = swap(0, OLD, COPY);
    }

    @Arbiter
    public void after(JZJ_Result seen) {
        seen.r3 = get(0);
    }
}
