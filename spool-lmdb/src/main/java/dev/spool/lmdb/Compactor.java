package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.BackendContext;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives back the pages that a log's file does not need any more, which LMDB itself never does: copies the log to a new file while
 * commits go on, catches up with them, and holds them up only to turn to it. A crash leaves one whole file or the other. One
 * thread at a time.
 */
final class Compactor {

    private static final System.Logger LOG = System.getLogger(Compactor.class.getName());

    /** Less than this is not worth a copy. */
    private static final long GAIN_BYTES_MIN = 256 << 10;

    /** So few changes are caught up with while commits wait. */
    private static final int CHANGES_FEW = 64;

    private static final int CATCH_UPS_MAX = 50;
    private static final long PUBLISH_WAIT_NANOS = 100_000;
    private static final int PUBLISH_WAITS_MAX = 20_000;

    private final BackendContext context;
    private final LmdbLog log;
    private final SpaceGauge space;

    Compactor(BackendContext context, LmdbLog log, SpaceGauge space) {
        this.context = context;
        this.log = log;
        this.space = space;
    }

    /** Bytes that a compaction would give back, roughly. */
    long reclaimableBytes() {
        return Math.max(0, space.fileBytes(log.number()) - space.used(log.number()));
    }

    /**
     * Compacts the log if that is worth it and there is room for the copy.
     *
     * @return true if it gave something back
     */
    boolean round() throws SpoolException {
        settle();
        space.step();
        long gain = reclaimableBytes();
        boolean worthIt = gain >= GAIN_BYTES_MIN && gain >= space.fileBytes(log.number()) / 4;
        long needed = space.used(log.number()) + space.used(log.number()) / 8;
        if (!worthIt || needed > space.roomForAnother(log.number())) {
            return false;
        }
        boolean turned = compact();
        space.step();
        return turned;
    }

    private void settle() throws SpoolException {
        log.writing().lock();
        try {
            if (!log.hasUnpublished() && !log.isSealed()) {
                log.settle();
            }
        } finally {
            log.writing().unlock();
        }
    }

    private boolean compact() throws SpoolException {
        LogFile file = log.file();
        Generation next = file.generation().next(context.epoch());
        NewFile target = NewFile.create(context.disk(), file.directory(), next, space.limitBytes());
        boolean turned = false;
        log.changed().begin();
        try (target) {
            LogCopy copy = new LogCopy(file, target);
            copy.everything();
            catchUp(copy);
            turned = turn(copy, target);
        } finally {
            log.changed().end();
            if (!turned) {
                target.discard();
            }
        }
        return turned;
    }

    private void catchUp(LogCopy copy) throws SpoolException {
        for (int i = 0; i < CATCH_UPS_MAX; i++) {
            Set<SpoolId> changed = log.changed().take();
            copy.again(changed);
            if (changed.size() <= CHANGES_FEW) {
                return;
            }
        }
    }

    /** Copies the last changes and puts the copy in the file's place; false if the log has been sealed meanwhile. */
    private boolean turn(LogCopy copy, NewFile target) throws SpoolException {
        if (!lockWhenPublished()) {
            return false;
        }
        try {
            if (log.isSealed()) {
                return false;
            }
            log.settle();
            copy.again(log.changed().take());
            copy.state(log.number());
            copy.requireWhole(log.number());
            target.finish();
            target.close();
            LogFile file = log.file();
            Generation old = file.generation();
            log.turnTo(target);
            Generation.deleteOthers(context.disk(), file.directory(), file.generation(), context.epoch());
            LOG.log(Level.DEBUG, "log {0} turned from {1} to {2}", log.number(), old, file.generation());
            return true;
        } finally {
            log.writing().unlock();
        }
    }

    /** False if a batch is in doubt for long: there may be nobody any more who could settle it. */
    private boolean lockWhenPublished() {
        log.writing().lock();
        for (int waits = 0; log.hasUnpublished(); waits++) {
            log.writing().unlock();
            if (waits == PUBLISH_WAITS_MAX) {
                return false;
            }
            LockSupport.parkNanos(PUBLISH_WAIT_NANOS);
            log.writing().lock();
        }
        return true;
    }
}
