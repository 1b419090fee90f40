package dev.spool.file;

import static dev.spool.file.IndexState.NEW;
import static dev.spool.file.IndexState.OLD;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A lookup beside a commit that replaces the message finds the old place or the new one. */
@JCStressTest
@Description("a replaced id: the old place or the new, and never the old after the new")
@Outcome(id = "" + OLD + ", " + OLD, expect = ACCEPTABLE, desc = "both before")
@Outcome(id = "" + OLD + ", " + NEW, expect = ACCEPTABLE, desc = "one before")
@Outcome(id = "" + NEW + ", " + NEW, expect = ACCEPTABLE, desc = "both after")
@Outcome(expect = FORBIDDEN, desc = "missing, torn, or back")
@State
public class LookupBesideReplace extends IndexState {

    public LookupBesideReplace() {
        fill(3);
    }

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
