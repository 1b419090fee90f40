package dev.spool.file;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Gives space back. Most segments die whole and are only retired; what lives on in the others is copied once into cold segments.
 * A round has three parts, each short: copy and prove (here), swap and retire (the committer, see {@link Relocation}), free
 * (here). A segment is free only when its header has been overwritten by a free one and synced.
 */
final class Compactor implements MaintenanceStep {

    private static final System.Logger LOG = System.getLogger(Compactor.class.getName());

    private static final long IDLE_NANOS = 1_000_000_000L;
    private static final long WAITING_NANOS = 10_000_000L;
    private static final int POOL_SEGMENTS = 4;
    private static final int TRIMMED_AT_ONCE = 8;

    /** A file whose blocks were first written by commits is used again if no more than this part of them was not. */
    private static final int HOLE_SHARE = 4;

    private static final double WORTH_IT = 0.5;
    private static final double WORTH_IT_AT_ALL = 0.8;
    private static final double DEAD_ONLY = 0;
    private static final double EVACUATED_ONLY = -1;

    private final BackendContext context;
    private final int logNumber;
    private final FileLog log;
    private final SegmentFiles files;
    private final SegmentSupply supply;
    private final ColdStream cold;
    private final SpaceGauge space;
    private final VictimChoice choice;
    private final CompactionPace pace;
    private final Set<Long> stuck = new HashSet<>();
    /** Lives with chunks of messages that were still being stored when their turn came. */
    private final Set<Long> held = new HashSet<>();
    /** Lives that are over, but whose files could be neither reused nor deleted so far. */
    private final Set<Long> unfreed = new HashSet<>();

    private final PassedOver passedOverInBackground;
    private final PassedOver passedOverByRequest;
    private PassedOver passedOver;

    private @Nullable SpoolCorruptException damage;
    private long copiedBytes;

    Compactor(BackendContext context, int logNumber, FileLog log, SegmentSupply supply, SpaceGauge space) {
        this.context = context;
        this.logNumber = logNumber;
        this.log = log;
        this.files = log.files();
        this.supply = supply;
        this.cold = log.cold();
        this.space = space;
        this.choice = new VictimChoice(context, log, supply, space);
        this.pace = new CompactionPace(context, files, supply);
        this.passedOverInBackground = new PassedOver(context.clock());
        this.passedOverByRequest = new PassedOver(context.clock());
        this.passedOver = passedOverInBackground;
    }

    @Override
    public String name() {
        return "compact-" + logNumber;
    }

    @Override
    public long step() throws SpoolException {
        boolean urgent = space.of(files) != Backend.Space.ENOUGH;
        log.maintenanceLock().lock();
        try {
            if (!freeFinished()) {
                return Long.MAX_VALUE;
            }
            passedOver = passedOverInBackground;
            passedOver.forgetInTime();
            boolean resting = !urgent && pace.rests();
            List<Victim> victims = victims(urgent ? WORTH_IT_AT_ALL : worthIt(resting));
            if (victims.isEmpty()) {
                held.clear();
                if (!urgent) {
                    trimPool(1);
                }
                return choice.awaitsProof() ? WAITING_NANOS : resting ? pace.sleepNanos() : IDLE_NANOS;
            }
            long copiedBefore = copiedBytes;
            try {
                relocate(victims);
            } finally {
                if (!urgent) {
                    pace.copied(copiedBytes - copiedBefore);
                }
            }
            if (!log.catalogue().relocating()) {
                return WAITING_NANOS; // nothing could be copied at present, or the committer was quick
            }
            return urgent ? 0 : pace.sleepNanos();
        } finally {
            log.maintenanceLock().unlock();
        }
    }

    /** What the present state of the log makes worth compacting when there is room. */
    private double worthIt(boolean resting) {
        if (!resting && pace.isCrowded()) {
            return WORTH_IT;
        }
        return files.poolCount() < poolMax() ? DEAD_ONLY : EVACUATED_ONLY; // a file used again need not be filled
    }

    /** Deletes some files kept for use again, if a spool that has shrunk needs fewer; true if it did. */
    private boolean trimPool(int most) {
        int deleted = 0;
        for (Segment spare = files.takeBeyond(poolMax()); spare != null; spare = files.takeBeyond(poolMax())) {
            supply.discard(spare);
            if (++deleted == most) {
                break;
            }
        }
        return deleted > 0;
    }

    private int poolMax() {
        return Math.max(POOL_SEGMENTS, files.all().size() / 20);
    }

    /** One round at full speed, of everything that gains anything; true if there may be more. */
    boolean round() throws SpoolException {
        log.maintenanceLock().lock();
        try {
            passedOver = passedOverByRequest;
            if (freeFinished()) {
                List<Victim> victims = victims(WORTH_IT_AT_ALL);
                if (victims.isEmpty() && !choice.awaitsProof()) {
                    if (space.of(files) == Backend.Space.ENOUGH && trimPool(TRIMMED_AT_ONCE)) {
                        return true;
                    }
                    tellWhatStays();
                    return false;
                }
                relocate(victims);
            }
        } finally {
            log.maintenanceLock().unlock();
        }
        LockSupport.parkNanos(log.catalogue().relocating() ? 20_000 : WAITING_NANOS);
        return true;
    }

    /** At the end of all rounds, what kept segments from being compacted; the next time they are tried again. */
    private void tellWhatStays() throws SpoolException {
        SpoolException unread = passedOver.forget();
        SpoolException met = damage != null ? damage : unread;
        damage = null;
        stuck.clear();
        held.clear();
        if (met != null) {
            throw met.forCaller();
        }
    }

    /** One round of evacuating condemned segments alone; true if there may be more. Repair only. */
    boolean evacuate() throws SpoolException {
        log.maintenanceLock().lock();
        try {
            passedOver = passedOverByRequest;
            if (freeFinished()) {
                List<Victim> victims = victims(EVACUATED_ONLY);
                SpoolIoException failure = passedOver.forget();
                if (failure != null) {
                    throw failure.forCaller();
                }
                if (victims.isEmpty()) {
                    return choice.awaitsProof();
                }
                relocate(victims);
            }
            return true;
        } finally {
            log.maintenanceLock().unlock();
        }
    }

    /** Those segments that are worth being compacted now. */
    private List<Victim> victims(double worthIt) throws SpoolException {
        return choice.choose(
                worthIt,
                segment -> !stuck.contains(segment.life())
                        && !held.contains(segment.life())
                        && !passedOver.contains(segment),
                passedOver::add);
    }

    private void relocate(List<Victim> candidates) throws SpoolException {
        VictimCopy copy = new VictimCopy(log, cold, 8 * choice.roundRecords());
        List<Segment> victims = new ArrayList<>();
        CarriedKillers killers = new CarriedKillers(files);
        try {
            copyAll(copy, candidates, killers, victims);
            if (!victims.isEmpty()) {
                cold.appendTwice(killers.lists(), victims.get(0).life());
            }
            if (!victims.isEmpty() || !copy.swaps().isEmpty()) {
                cold.prove();
            } else {
                cold.flush(); // parts of a message that could not be copied whole; dead
            }
        } catch (SpoolException e) {
            salvage(copy);
            throw e;
        } catch (RuntimeException | Error e) {
            cold.abandon(); // nobody knows how far its last batch got
            salvage(copy);
            throw e;
        } finally {
            copiedBytes += copy.bytes();
        }
        if (!victims.isEmpty() || !copy.swaps().isEmpty()) {
            log.catalogue().submit(new Relocation(cold.takeTouched(), copy.swaps(), victims));
        }
        long freedBytes = victims.stream().mapToLong(Segment::sizeBytes).sum();
        context.options().metrics().ifPresent(metrics -> metrics.compacted(logNumber, copy.bytes(), freedBytes));
    }

    /**
     * Copies until there is no room for more: what is left over comes with another round.
     *
     * @throws SpoolFullException if there was no room for anything; the next round would fare no better
     */
    private void copyAll(VictimCopy copy, List<Victim> candidates, CarriedKillers killers, List<Segment> victims)
            throws SpoolException {
        try {
            for (Victim victim : candidates) {
                if (copyOne(copy, victim)) {
                    victims.add(victim.segment());
                    killers.addAll(victim.killers());
                }
            }
        } catch (SpoolFullException full) {
            if (victims.isEmpty() && copy.swaps().isEmpty()) {
                throw full;
            }
            LOG.log(Level.DEBUG, "a round of compaction ends early", full);
        }
    }

    private boolean copyOne(VictimCopy copy, Victim candidate) throws SpoolException {
        Segment victim = candidate.segment();
        boolean lost = candidate.damaged();
        boolean whole = copy.copy(victim, candidate.descriptors());
        if (copy.held()) {
            held.add(victim.life());
        }
        SpoolIoException failure = copy.unread();
        if (failure != null && copy.damage() == null && !lost) {
            passedOver.add(victim, failure);
            return false;
        }
        if (lost || !whole) {
            if (victim.condemned() && copy.damage() == null) {
                return whole;
            }
            if (copy.damage() != null || lost) {
                stay(victim, copy.damage());
            }
            return false;
        }
        return true;
    }

    /** A segment that holds damage is left as it is: it is the evidence, and may be all that is left of a message. */
    private void stay(Segment victim, @Nullable SpoolCorruptException met) {
        stuck.add(victim.life());
        damage = met != null
                ? met
                : new SpoolCorruptException(
                        null, victim.path().toString(), "damaged batches keep it from being compacted");
        context.damaged(new LogScan.Damage(damage.where(), damage.why()));
    }

    /**
     * After a failure no copy may be left that is neither in place nor dead: those that can be proven are put in place; if the
     * cold stream fails as well, its segment is cut behind those that are durable, and the cut proves them.
     */
    private void salvage(VictimCopy copy) {
        try {
            cold.prove();
        } catch (SpoolException e) {
            cold.abandon();
        }
        List<Relocation.Swap> durable =
                copy.swaps().stream().filter(this::survived).toList();
        List<Segment> touched = cold.takeTouched();
        if (!durable.isEmpty() || !touched.isEmpty()) {
            log.catalogue().submit(new Relocation(touched, durable, List.of()));
        }
    }

    private boolean survived(Relocation.Swap swap) {
        Segment segment = files.inSlot(Location.slot(swap.copy()));
        return segment != null
                && (segment.state() == Segment.State.ACTIVE || Location.offset(swap.copy()) < segment.end());
    }

    /** Frees the victims of a relocation that the committer is done with; false if it is still at work. */
    private boolean freeFinished() throws SpoolException {
        if (log.catalogue().relocating()) {
            context.requestCommit(logNumber); // what an open has left half-done waits for one
            return false;
        }
        boolean finished = log.catalogue().takeFinished() != null;
        SpoolException failure = null;
        for (Segment segment : files.living()) {
            try {
                if (segment.retired()) {
                    free(segment);
                } else if (segment.stillborn()) {
                    deleteStillborn(segment);
                }
            } catch (SpoolException e) {
                failure = unfreed.add(segment.life()) ? e : failure; // told once, tried again every time
            }
        }
        if (finished) {
            space.step();
            context.wakeMaintenance();
        }
        if (failure != null) {
            throw failure;
        }
        return true;
    }

    /** Only once another segment tells of its end: until then it may hold what a deferred spool has acknowledged. */
    private void deleteStillborn(Segment segment) throws SpoolException {
        if (log.cutForGood(segment)) {
            delete(segment);
        } else {
            log.requestProof();
        }
    }

    private void free(Segment victim) throws SpoolException {
        SegmentHeader header = java.util.Objects.requireNonNull(victim.header());
        boolean keep = !victim.poisoned()
                && (victim.filled() || victim.sizeBytes() - victim.end() <= victim.sizeBytes() / HOLE_SHARE)
                && files.mayReuse(victim)
                && victim.sizeBytes() >= supply.hotSegmentBytes()
                && files.poolCount() < poolMax();
        try {
            if (keep) {
                try (DiskFile file = context.disk().openForWriting(victim.path())) {
                    if (!victim.filled()) {
                        Zeros.write(file, victim.end(), victim.sizeBytes());
                        file.sync(); // the header that follows says so
                    }
                    file.write(header.freed().encode(), 0);
                    file.sync();
                }
                files.end(victim);
                files.addReady(victim);
                return;
            }
            delete(victim);
        } catch (IOException e) {
            victim.poison();
            throw new SpoolIoException(
                    "freeing " + victim.path() + " failed: " + e.getMessage() + "; it is tried again", e);
        }
    }

    private void delete(Segment segment) throws SpoolException {
        try {
            if (context.disk().exists(segment.path())) {
                context.disk().delete(segment.path());
            }
            context.disk().syncDirectory(files.directory());
            segment.deleted();
        } catch (IOException e) {
            throw new SpoolIoException("deleting " + segment.path() + " failed: " + e.getMessage(), e);
        }
        files.end(segment);
        files.forget(segment);
    }
}
