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

/** A swap beside a commit that removes the message and one that stores it again: the new version stays. */
@JCStressTest
@Description(
        "a remove and a store, and a swap of the first version: what was removed, whether the copy was taken, what is there at the end")
@Outcome(id = OLD + ", false, " + NEW, expect = ACCEPTABLE, desc = "the remove came first, and the copy lost")
@Outcome(id = COPY + ", true, " + NEW, expect = ACCEPTABLE, desc = "the copy came first, and was removed")
@Outcome(expect = FORBIDDEN, desc = "the new version lost, or the copy took the place of what it is no copy of")
@State
public class SwapBesideRemoveAndStore extends IndexState {

    public SwapBesideRemoveAndStore() {
        fill(3);
    }

    @Actor
    public void commit(JZJ_Result seen) {
        seen.r1 = remove(0);
        put(0, NEW);
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
