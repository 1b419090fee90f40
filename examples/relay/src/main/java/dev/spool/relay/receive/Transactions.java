package dev.spool.relay.receive;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The mail transactions that are open, from MAIL to the reply after the data. While a handoff is under way none begins: the client's MAIL
 * waits for its reply until it is known who serves from here on. Safe for any thread.
 */
public final class Transactions {

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private int open;
    private boolean held;
    private volatile boolean over;
    private volatile boolean cutOff;

    /** Begins one, after waiting while they are held; false if none will begin in this process any more. */
    boolean begin() {
        lock.lock();
        try {
            while (held && !over) {
                changed.awaitUninterruptibly();
            }
            if (over) {
                return false;
            }
            open++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends one that {@link #begin} has begun. */
    void end() {
        lock.lock();
        try {
            open--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets none begin until {@link #release}. */
    public void hold() {
        change(true, over);
    }

    /** Lets them begin again, those first that have waited. */
    public void release() {
        change(false, over);
    }

    /** Lets none begin for ever. */
    public void finish() {
        change(true, true);
    }

    /** Lets those that are open not finish either, after {@link #finish}. */
    public void cutOff() {
        cutOff = true;
    }

    /** Whether those that are open may not finish. One volatile read. */
    boolean areCutOff() {
        return cutOff;
    }

    private void change(boolean nowHeld, boolean nowOver) {
        lock.lock();
        try {
            held = nowHeld;
            over = nowOver;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether none will begin any more. One volatile read. */
    public boolean areOver() {
        return over;
    }

    /** Waits until none is open; false if some still are after that time. */
    public boolean awaitNone(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (open > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
