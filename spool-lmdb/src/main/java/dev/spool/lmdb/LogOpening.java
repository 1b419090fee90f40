package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.Watermarks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens one log as its owner: makes its first file, or takes the newest one over in a transaction. */
final class LogOpening {

    private final BackendContext context;
    private final Disk disk;
    private final int number;
    private final Path directory;
    private final SpaceGauge space;
    private final Environment.Use use;
    private final Provenance known;

    LogOpening(BackendContext context, int number, SpaceGauge space, Environment.Use use) {
        this.context = context;
        this.disk = context.disk();
        this.number = number;
        this.directory = Generation.directory(context.directory(), number);
        this.space = space;
        this.use = use;
        this.known = Provenance.of(context);
    }

    /**
     * Opens the log, or makes it.
     *
     * @param isNew whether no open of the spool has ever come to its end, so that a log which nobody has noted is an empty one
     */
    OpenedLog open(boolean isNew) throws SpoolException {
        makeDirectory();
        RootPages.requireTrueBesideOwner(disk, directory, number);
        Optional<Generation> newest = Generation.newest(disk, directory);
        if (newest.isEmpty() && isNew && !known.isMade(number)) {
            create();
        } else if (newest.isPresent() && !context.predecessorGone()) {
            leaveToPredecessor(newest.get());
        }
        LogFile file = LogFile.share(disk, directory, use, space.mapBytesFor(SpaceGauge.sizeOf(disk, directory)));
        boolean opened = false;
        try {
            OpenedLog log = takeOver(file);
            noteDurable(file);
            if (log.lost() != null) {
                context.damaged(log.lost());
                Generation.moveOlder(
                        disk, directory, file.generation(), new Quarantine(disk, context.directory(), context.epoch()));
            }
            Generation.deleteOthers(disk, directory, file.generation(), context.epoch());
            opened = true;
            return log;
        } finally {
            if (!opened) {
                file.release(use);
            }
        }
    }

    private void makeDirectory() throws SpoolException {
        try {
            disk.createDirectories(directory);
        } catch (IOException e) {
            throw new SpoolIoException("creating " + directory + " failed: " + e.getMessage(), e);
        }
    }

    private void create() throws SpoolException {
        Generation first = new Generation(context.epoch(), 0);
        NewFile file = NewFile.create(disk, directory, first, space.limitBytes());
        try (file) {
            file.write(transaction -> {
                LogOrigin.of(context.storeId()).write(transaction);
                LogState.empty(number).write(transaction);
            });
            file.finish();
        }
        file.appear();
    }

    /** Copies the log to a file that the predecessor does not know, because it may go on to write to its own for a while. */
    private void leaveToPredecessor(Generation newest) throws SpoolException {
        LogFile old = LogFile.share(disk, directory, Environment.Use.READ, space.limitBytes());
        try {
            old.find(transaction -> known.requireOurs(transaction, transaction.file(), number));
            NewFile file = NewFile.create(disk, directory, newest.next(context.epoch()), space.limitBytes());
            try (file) {
                LogCopy copy = new LogCopy(old, file);
                copy.everything();
                copy.state(number);
                copy.requireWhole(number);
                file.finish();
            }
            file.appear();
        } finally {
            old.release(Environment.Use.READ);
        }
    }

    /** Marks the log as ours, and sees that it is still the newest one: a predecessor may have been about to compact it. */
    private OpenedLog takeOver(LogFile file) throws SpoolException {
        while (true) {
            file.find(transaction -> known.requireOurs(transaction, transaction.file(), number));
            OpenedLog log = mark(file);
            Generation newest = Generation.newest(disk, directory).orElse(file.generation());
            if (newest.equals(file.generation())) {
                return log;
            }
            file.reopen();
        }
    }

    private OpenedLog mark(LogFile file) throws SpoolException {
        file.clearDeadReaders();
        boolean cleans = true;
        while (true) {
            boolean cleansNow = cleans;
            try {
                return file.write(transaction -> mark(transaction, file, cleansNow));
            } catch (SpoolCorruptException e) {
                if (!cleans) {
                    throw e;
                }
                cleans = false; // what nobody owns may stay for ever if it is damaged
                context.damaged(new LogScan.Damage(e.where(), e.why()));
            } catch (SpoolFullException e) {
                if (!space.growAfter(e, file, number, true)) {
                    throw e;
                }
            }
        }
    }

    private OpenedLog mark(Transaction transaction, LogFile file, boolean cleans) throws SpoolException {
        LogState state = LogState.read(transaction, number);
        if (state == null) {
            throw new SpoolCorruptException(
                    null, transaction.file() + " state", "expected the head of log " + number + ", found none");
        }
        if (state.epoch() > context.epoch()) {
            throw new SpoolFencedException(transaction.file() + " belongs to the owner of epoch " + state.epoch()
                    + ", this one is of epoch " + context.epoch());
        }
        LogOrigin origin = known.requireOurs(transaction, transaction.file(), number);
        LogOrigin originNow = known.originOf(origin, state);
        if (!originNow.equals(origin)) {
            originNow.write(transaction);
        }
        SealedLog sealed = state.sealed() ? Seals.of(number, transaction, state.head()) : null;
        long catalogued = transaction.entries(Tree.CATALOGUE);
        if (catalogued != state.head().liveCount()) {
            context.damaged(new LogScan.Damage(
                    transaction.file() + " catalogue",
                    "the head says that there are " + state.head().liveCount() + " messages, the catalogue has "
                            + catalogued));
        }
        DeadKeys dead = DeadKeys.read(transaction);
        if (dead == null) {
            context.damaged(new LogScan.Damage(
                    transaction.file() + " state", "the list of records without an owner fails its checksum"));
        } else if (cleans) {
            dead.delete(transaction);
            DeadKeys.NONE.write(transaction);
        }
        if (cleans) {
            Orphans.deleteAll(transaction);
        }
        long next = Math.max(state.nextRevision(), known.durable(number) + 1);
        new LogState(number, context.epoch(), next, false, state.head()).write(transaction);
        space.used(number, transaction.usedBytes());
        return new OpenedLog(
                file,
                state.head(),
                originNow.nextRevision(next),
                cleans || dead == null ? DeadKeys.NONE : dead,
                originNow.lost(transaction.file()),
                sealed);
    }

    /** From now on the file must be one that says of which spool it is, and is as long as this one at least. */
    private void noteDurable(LogFile file) throws SpoolException {
        if (use == Environment.Use.WRITE_LAZILY) {
            file.sync();
        }
        // Of the operations, because revisions that were left out after a loss must not speak against the right file.
        LogState state = file.find(transaction -> LogState.read(transaction, number));
        long last = state == null ? Watermarks.NONE : state.head().revision();
        if (last > known.durable(number)) {
            context.updateNote(note -> Watermarks.with(note, number, last));
        }
    }
}
