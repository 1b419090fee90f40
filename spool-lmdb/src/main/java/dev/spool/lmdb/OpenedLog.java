package dev.spool.lmdb;

import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.SealedLog;
import org.jspecify.annotations.Nullable;

/**
 * What a log was when it was opened.
 *
 * @param undeletable records that nobody owns, and that damage keeps from being deleted
 * @param lost that the file was one of an earlier time, null if it was not
 * @param sealed null if it was not sealed
 */
record OpenedLog(
        LogFile file,
        Head head,
        long nextRevision,
        DeadKeys undeletable,
        LogScan.@Nullable Damage lost,
        @Nullable SealedLog sealed) {}
