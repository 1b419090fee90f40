package dev.spool.lmdb;

import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.SealedLog;
import org.jspecify.annotations.Nullable;

/**
 * What a log was when it was opened.
 *
 * @param undeletable records that nobody owns, and that damage keeps from being deleted
 * @param sealed null if it was not sealed
 */
record OpenedLog(
        LogFile file,
        Head head,
        long nextRevision,
        DeadKeys undeletable,
        @Nullable SealedLog sealed) {}
