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

/** A remove moves back the ids behind it, and another id comes into the freed slot: a lookup finds each where it is. */
@JCStressTest
@Description(
        "an id that is moved, and one that is removed beside it while a third comes: the first always, the second until it is gone")
@Outcome(id = (OLD + 3) + ", " + OLD, expect = ACCEPTABLE, desc = "before")
@Outcome(id = (OLD + 3) + ", " + NONE, expect = ACCEPTABLE, desc = "removed")
@Outcome(expect = FORBIDDEN, desc = "missing though it is there, or the place of another id")
@State
public class LookupBesideMove extends IndexState {

    public LookupBesideMove() {
        fill(4);
    }

    @Actor
    public void commit() {
        remove(0);
        put(4, NEW);
    }

    @Actor
    public void look(JJ_Result found) {
        found.r1 = get(3);
        found.r2 = get(0);
    }
}
