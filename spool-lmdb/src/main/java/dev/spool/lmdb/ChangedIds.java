package dev.spool.lmdb;

import dev.spool.SpoolId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The messages that commits have touched while a copy of the log is being made. Thread-safe. */
final class ChangedIds {

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Set<SpoolId> ids;

    /** Begins to remember. */
    void begin() {
        lock.lock();
        try {
            ids = new HashSet<>();
        } finally {
            lock.unlock();
        }
    }

    /** Remembers nothing any more. */
    void end() {
        lock.lock();
        try {
            ids = null;
        } finally {
            lock.unlock();
        }
    }

    /** To be called behind the commit that changed them, and before whoever wants all changes may look at the log. */
    void add(Collection<SpoolId> touched) {
        lock.lock();
        try {
            if (ids != null) {
                ids.addAll(touched);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Those since the last call. */
    Set<SpoolId> take() {
        lock.lock();
        try {
            Set<SpoolId> taken = ids == null ? Set.of() : ids;
            ids = ids == null ? null : new HashSet<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
