package dev.spool.file;

import static dev.spool.file.IndexState.NEW;
import static dev.spool.file.IndexState.NONE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** The first id of a stripe publishes the stripe, its lock and its table: a lookup finds nothing or the place. */
@JCStressTest
@Description("the first id of a stripe, whose table is made for it: nothing or its place")
@Outcome(id = "" + NONE + ", " + NONE, expect = ACCEPTABLE, desc = "both before")
@Outcome(id = "" + NONE + ", " + NEW, expect = ACCEPTABLE, desc = "one before")
@Outcome(id = "" + NEW + ", " + NEW, expect = ACCEPTABLE, desc = "both after")
@Outcome(expect = FORBIDDEN, desc = "a stripe that is not whole yet")
@State
public class LookupBesideFirstInsert extends IndexState {

    @Actor
    public void commit() {
        put(0, NEW);
    }

    @Actor
    public void look(JJ_Result found) {
        found.r1 = get(0);
        found.r2 = get(0);
    }
}
