package dev.spool.lmdb;

import dev.spool.SpoolId;
import dev.spool.engine.spi.Batch;
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

    /** To be called behind the commit of a batch, and before whoever wants all changes may look at the log. */
    void add(Batch batch) {
        lock.lock();
        try {
            Set<SpoolId> remembered = ids;
            if (remembered != null) {
                batch.records().forEach(record -> remembered.add(record.header().id()));
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
