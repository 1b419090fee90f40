package dev.spool;

/** What completes an operation. */
public enum Durability {

    /** The effect is on disk: written, and the file and its directory entries synced. The default. */
    SYNC,

    /**
     * The effect was handed to the operating system; a sync follows within {@link SpoolOptions#deferredSyncPeriod()}. It
     * survives a crash of the process, not one of the machine. {@link StoreOptions#forceSync()} asks for {@link #SYNC} for
     * one operation. After a failed sync, what had completed since the last good one is written again from memory where it
     * still is there, and reported corrupt where it is not.
     */
    DEFERRED
}
