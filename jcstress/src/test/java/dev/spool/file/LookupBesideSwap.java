package dev.spool.file;

import static dev.spool.file.IndexState.COPY;
import static dev.spool.file.IndexState.OLD;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A lookup beside a swap by compaction finds the original or the copy. */
@JCStressTest
@Description("an id whose copy takes the place of its original: either, and never the original after the copy")
@Outcome(id = "" + OLD + ", " + OLD, expect = ACCEPTABLE, desc = "both before")
@Outcome(id = "" + OLD + ", " + COPY, expect = ACCEPTABLE, desc = "one before")
@Outcome(id = "" + COPY + ", " + COPY, expect = ACCEPTABLE, desc = "both after")
@Outcome(expect = FORBIDDEN, desc = "missing, torn, or back")
@State
public class LookupBesideSwap extends IndexState {

    public LookupBesideSwap() {
        fill(3);
    }

    @Actor
    public void compact() {
        swap(0, OLD, COPY);
    }

    @Actor
    public void look(JJ_Result found) {
        found.r1 = get(0);
        found.r2 = get(0);
    }
}
