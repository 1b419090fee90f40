package dev.spool.file;

import static dev.spool.file.IndexState.NONE;
import static dev.spool.file.IndexState.OLD;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Removes let the table shrink: a lookup finds what is left in the old table and in the new one. */
@JCStressTest
@Description(
        "an id that the shrinking table moves, and the last that is removed: the first always, the second until it is gone")
@Outcome(id = (OLD + 6) + ", " + (OLD + 2), expect = ACCEPTABLE, desc = "before")
@Outcome(id = (OLD + 6) + ", " + NONE, expect = ACCEPTABLE, desc = "after")
@Outcome(expect = FORBIDDEN, desc = "missing though it is there, or the place of another id")
@State
public class LookupBesideShrinking extends IndexState {

    public LookupBesideShrinking() {
        fill(SMALL_TABLE + 1);
        remove(0);
        remove(1);
    }

    @Actor
    public void commit() {
        remove(2);
    }

    @Actor
    public void look(JJ_Result found) {
        found.r1 = get(SMALL_TABLE);
        found.r2 = get(2);
    }
}
