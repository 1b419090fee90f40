package dev.spool.engine;

import org.jspecify.annotations.Nullable;

/** What can wait in an {@link Inbox}: in one inbox at a time, and in each of them once in its life. */
abstract class InboxEntry {

    /** The entry after this one; written by the pusher of that entry, read by the inbox's consumer. */
    @Nullable
    InboxEntry next;
}
