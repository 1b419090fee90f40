package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who polls an entry sees what its pusher wrote before, and entries of one pusher in their order. */
@JCStressTest
@Description("two entries pushed by one thread: polled in that order, with what was written before")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "neither yet")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "both")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the first, a little later")
@Outcome(expect = FORBIDDEN, desc = "out of order, or not whole")
@State
public class PollBesidePush {

    private final Inbox inbox = new Inbox();

    /** An entry with something written before it is pushed. */
    private static final class Entry extends InboxEntry {
        int number;
    }

    @Actor
    public void push() {
        for (int number = 1; number <= 2; number++) {
            Entry entry = new Entry();
            entry.number = number;
            inbox.push(entry);
        }
    }

    @Actor
    public void poll(II_Result polled) {
        polled.r1 = number(inbox.poll());
        polled.r2 = number(inbox.poll());
    }

    private static int number(InboxEntry polled) {
        return polled == null ? 0 : ((Entry) polled).number == 0 ? -1 : ((Entry) polled).number;
    }
}
