package dev.spool.file;

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
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Two threads that make the same stripe at once: one stripe remains, and both ids are in it. */
@JCStressTest
@Description("two first ids of a stripe at once: both are there")
@Outcome(id = "" + OLD + ", " + NEW, expect = ACCEPTABLE, desc = "both are there")
@Outcome(expect = FORBIDDEN, desc = "an id lost with the stripe that gave way")
@State
public class FirstInsertsOfAStripe extends IndexState {

    @Actor
    public void one() {
        put(0, OLD);
    }

    @Actor
    public void other() {
        put(1, NEW);
    }

    @Arbiter
    public void after(JJ_Result found) {
        found.r1 = get(0);
        found.r2 = get(1);
    }
}
