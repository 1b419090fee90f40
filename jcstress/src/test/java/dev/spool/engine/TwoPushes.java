package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;

/** Of entries pushed at once each is polled, once, and the inbox is empty then. */
@JCStressTest
@Description("two threads push: what is polled afterwards, and whether the inbox is empty then")
@Outcome(id = "1, 2, true", expect = ACCEPTABLE, desc = "one first")
@Outcome(id = "2, 1, true", expect = ACCEPTABLE, desc = "the other first")
@Outcome(expect = FORBIDDEN, desc = "an entry lost, or polled twice")
@State
public class TwoPushes {

    private final Inbox inbox = new Inbox();

    /** An entry of one of the two. */
    private static final class Entry extends InboxEntry {
        final int number;

        Entry(int number) {
            this.number = number;
        }
    }

    @Actor
    public void one() {
        inbox.push(new Entry(1));
    }

    @Actor
    public void other() {
        inbox.push(new Entry(2));
    }

    @Arbiter
    public void after(IIZ_Result polled) {
        polled.r1 = number(inbox.poll());
        polled.r2 = number(inbox.poll());
        polled.r3 = inbox.isEmpty() && inbox.poll() == null;
    }

    private static int number(InboxEntry polled) {
        return polled == null ? 0 : ((Entry) polled).number;
    }
}
