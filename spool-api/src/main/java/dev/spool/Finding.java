package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * One thing a check found.
 *
 * @param severity how bad it is
 * @param kind a stable word for what it is, such as {@code record} or {@code footer}
 * @param path the file, relative to the spool's directory where it is inside
 * @param offset byte offset in that file, or -1 if none applies
 * @param id the message concerned, where known
 * @param message what is wrong, with both values, and what to do
 * @param repaired whether a repair has dealt with it
 */
public record Finding(
        Severity severity,
        String kind,
        String path,
        long offset,
        @Nullable SpoolId id,
        String message,
        boolean repaired) {

    /** How bad a finding is. */
    public enum Severity {
        /** Something acknowledged is damaged or lost. */
        DAMAGE,
        /** A rebuildable hint is damaged; nothing is lost. */
        HINT,
        /** Worth knowing: a torn, unacknowledged tail, an earlier quarantine. */
        NOTE
    }
}
