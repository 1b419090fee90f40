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

/** A lookup beside a commit of a new message finds nothing or its place. */
@JCStressTest
@Description("a new id: nothing or its place, and never nothing after its place")
@Outcome(id = "" + NONE + ", " + NONE, expect = ACCEPTABLE, desc = "both before")
@Outcome(id = "" + NONE + ", " + NEW, expect = ACCEPTABLE, desc = "one before")
@Outcome(id = "" + NEW + ", " + NEW, expect = ACCEPTABLE, desc = "both after")
@Outcome(expect = FORBIDDEN, desc = "half an entry, or gone again")
@State
public class LookupBesideInsert extends IndexState {

    public LookupBesideInsert() {
        fill(3);
    }

    @Actor
    public void commit() {
        put(3, NEW);
    }

    @Actor
    public void look(JJ_Result found) {
        found.r1 = get(3);
        found.r2 = get(3);
    }
}
