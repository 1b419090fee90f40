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

/** What an enumeration reads of a stripe is as of one moment. */
@JCStressTest
@Description("two ids replaced one after the other, in a snapshot: the second is never newer than the first")
@Outcome(id = "" + OLD + ", " + (OLD + 1), expect = ACCEPTABLE, desc = "before both")
@Outcome(id = "" + NEW + ", " + (OLD + 1), expect = ACCEPTABLE, desc = "between")
@Outcome(id = "" + NEW + ", " + NEW, expect = ACCEPTABLE, desc = "after both")
@Outcome(expect = FORBIDDEN, desc = "of two moments")
@State
public class SnapshotBesideCommits extends IndexState {

    public SnapshotBesideCommits() {
        fill(3);
    }

    @Actor
    public void commit() {
        put(0, NEW);
        put(1, NEW);
    }

    @Actor
    public void enumerate(JJ_Result found) {
        long[] all = index.snapshot(0);
        found.r1 = placeIn(all, 0);
        found.r2 = placeIn(all, 1);
    }
}
