package dev.spool.file;

import static dev.spool.file.IndexState.NEW;
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

/** A new id lets the table grow: a lookup finds what is in the old table and in the new one. */
@JCStressTest
@Description(
        "an id that the growing table moves, and the one that lets it grow: the first always, the second once it is there")
@Outcome(id = (OLD + 5) + ", " + NONE, expect = ACCEPTABLE, desc = "before")
@Outcome(id = (OLD + 5) + ", " + NEW, expect = ACCEPTABLE, desc = "after")
@Outcome(expect = FORBIDDEN, desc = "missing though it is there, or the place of another id")
@State
public class LookupBesideGrowth extends IndexState {

    public LookupBesideGrowth() {
        fill(SMALL_TABLE);
    }

    @Actor
    public void commit() {
        put(SMALL_TABLE, NEW);
    }

    @Actor
    public void look(JJ_Result found) {
        found.r1 = get(SMALL_TABLE - 1);
        found.r2 = get(SMALL_TABLE);
    }
}
