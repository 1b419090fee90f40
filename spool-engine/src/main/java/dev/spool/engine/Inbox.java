package dev.spool.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A queue that any thread may push to and one thread at a time polls: unbounded, without locks, and without allocation because
 * the entries are its nodes.
 *
 * <p>Between the two writes of a push, entries pushed after it are not seen by {@link #poll} yet, while {@link #isEmpty} says
 * already that something is there; a consumer that looks at {@code isEmpty} before it sleeps therefore misses nothing.
 */
final class Inbox {

    private static final VarHandle TAIL;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(Inbox.class, "tail", InboxEntry.class);
            NEXT = lookup.findVarHandle(InboxEntry.class, "next", InboxEntry.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The entry polled last; its successor is the next one. */
    private InboxEntry head = new InboxEntry() {};

    private volatile InboxEntry tail = head;

    /** Appends; everything the caller wrote before is visible to the poller. */
    void push(InboxEntry entry) {
        InboxEntry before = (InboxEntry) TAIL.getAndSet(this, entry);
        NEXT.setRelease(before, entry);
    }

    /** The oldest entry, or null if none is complete. Consumer only. */
    @Nullable
    InboxEntry poll() {
        InboxEntry polled = (InboxEntry) NEXT.getAcquire(head);
        if (polled != null) {
            head.next = null; // so that an entry that lives long does not keep all later ones alive
            head = polled;
        }
        return polled;
    }

    /** Whether nothing was pushed that has not been polled. Consumer only. */
    boolean isEmpty() {
        return tail == head;
    }
}
