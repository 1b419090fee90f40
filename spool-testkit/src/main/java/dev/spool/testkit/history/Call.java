package dev.spool.testkit.history;

/**
 * One operation of one thread on a message.
 *
 * @param began moment before it was asked for, in the history's own count
 * @param ended moment after it was answered; no two moments of a history are the same
 */
public record Call(long began, long ended, Outcome outcome) {

    public Call {
        if (began >= ended) {
            throw new IllegalArgumentException("began at " + began + " and ended at " + ended);
        }
    }
}
