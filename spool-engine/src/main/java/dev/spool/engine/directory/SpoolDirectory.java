package dev.spool.engine.directory;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.LogScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A directory that this process owns, from {@link #open} until {@link #release} or {@link #abandon}.
 *
 * <p>While it owns it, nobody else on this machine can open it; should the lock be lost all the same, {@link #stillMine()} tells
 * as soon as somebody else has. What is on disk: see the package. Safe for any number of threads; an interrupt of the calling
 * thread disturbs nothing and is kept.
 */
public final class SpoolDirectory {

    private final Site site;
    private final Identity identity;
    private final Predecessor predecessor;
    private final @Nullable Owner previous;
    private final List<LogScan.Damage> damage;
    private final long value;

    /** Guards changes of what follows. */
    private final ReentrantLock changing = new ReentrantLock();

    private volatile State state = State.OWNED;
    private volatile Epoch epoch;
    private volatile DirectoryLock lock;

    private enum State {
        OWNED,
        RELEASED,
        ABANDONED
    }

    private SpoolDirectory(Site site, Opening.Opened opened) {
        this.site = site;
        this.identity = opened.identity();
        this.predecessor = opened.predecessor();
        this.previous = opened.previous();
        this.damage = opened.damage();
        this.epoch = opened.epoch();
        this.value = opened.epoch().value();
        this.lock = opened.lock();
    }

    /**
     * Takes a directory, making the spool in it if there is none and the options allow it. Waits for nobody. On return the
     * epoch is raised and this process is recorded as the owner, durably.
     *
     * @throws dev.spool.SpoolLockedException if it is owned, by another process or in this one; names the holder
     * @throws SpoolFencedException if the lock was lost meanwhile, and it is not known to be this process's any more
     * @throws dev.spool.SpoolVersionException if a newer version wrote it; nothing was changed
     * @throws dev.spool.SpoolCorruptException if it is damaged so badly that nothing tells which spool it is
     * @throws SpoolIoException if the directory cannot be used: permissions, an unsafe filesystem, another backend's spool,
     *     other files, or no spool there and none to be made
     */
    public static SpoolDirectory open(Site site, Format format, SpoolOptions options, Evidence evidence)
            throws SpoolException {
        return new SpoolDirectory(site, new Opening(site, format, options, evidence).open());
    }

    /**
     * Takes the lock of a directory that holds a spool, raising and changing nothing, so that it can be looked through before
     * it is owned. Waits for nobody. Errors as {@link #open}.
     */
    public static HeldDirectory hold(Site site, Format format, SpoolOptions options, Evidence evidence)
            throws SpoolException {
        return new Opening(site, format, options, evidence).hold();
    }

    /** Makes the directory's new owner of what {@link HeldDirectory#own} has raised. */
    static SpoolDirectory of(Site site, Opening.Opened opened) {
        return new SpoolDirectory(site, opened);
    }

    /**
     * Reads what a directory says of itself, beside an owner or without one: opens no lock file, raises nothing, writes
     * nothing.
     */
    public static Inspection inspect(Disk disk, Path directory) throws SpoolException {
        return Inspector.inspect(disk, directory);
    }

    public Path directory() {
        return site.directory();
    }

    public Identity identity() {
        return identity;
    }

    /** The epoch under which this process owns the directory. */
    public long epoch() {
        return value;
    }

    /** What is known of whoever owned the directory before. */
    public Predecessor predecessor() {
        return predecessor;
    }

    /** Whether everything was sealed and nobody else can be writing, or the spool is new. */
    public boolean cleanlyReleased() {
        return predecessor == Predecessor.NONE || predecessor == Predecessor.RELEASED;
    }

    /** Whoever owned the directory before, as far as the owner file told; with fingerprint and blob of a clean release. */
    public Optional<Owner> previousOwner() {
        return Optional.ofNullable(previous);
    }

    /**
     * What was lost of the engine's own files, and has been written again as far as other files told. One bad copy of two is
     * not lost; a crash may leave one.
     */
    public List<LogScan.Damage> damage() {
        return damage;
    }

    /** The backend's note, read-only. */
    public ByteBuffer note() {
        return epoch.note();
    }

    /**
     * Replaces the note by what {@code change} makes of it; durable when this returns. After a failure it may be the old or the
     * new one.
     *
     * @throws SpoolFencedException if the epoch has moved, or the directory is not owned any more
     */
    public void updateNote(UnaryOperator<ByteBuffer> change) throws SpoolException {
        changing.lock();
        try {
            requireOwned();
            epoch.writeNote(change.apply(epoch.note()));
        } finally {
            changing.unlock();
        }
    }

    /**
     * Whether this process still owns the directory, as the epoch file tells at this moment. About a microsecond, no
     * allocation; for the committer, after each sync and before it acknowledges.
     *
     * @throws SpoolIoException if the file cannot be read, so that nothing is known
     */
    public boolean stillMine() throws SpoolException {
        return state == State.OWNED && epoch.stillMine();
    }

    /** Fails unless {@link #stillMine()}, saying what was found. */
    public void requireMine() throws SpoolException {
        requireOwned();
        epoch.requireMine();
    }

    /** Whether the lock file's lock is still held, as far as this process can tell. */
    public boolean holdsLock() throws SpoolException {
        return lock.isHeld();
    }

    /**
     * Ends ownership cleanly: records that everything is sealed, durably, and then gives up the lock. Does nothing if it has
     * been released.
     *
     * @param fingerprint of what was sealed
     * @param blob for the next owner's {@link #previousOwner()}, at most {@link Owner#BLOB_BYTES_MAX} bytes
     * @throws SpoolFencedException if ownership was lost before: then nothing is recorded, and the lock is given up
     * @throws SpoolException if it cannot be recorded: the directory is still owned
     */
    public void release(Fingerprint fingerprint, ByteBuffer blob) throws SpoolException {
        changing.lock();
        try {
            if (state == State.RELEASED) {
                return;
            }
            requireOwned();
            requireUndisputed();
            Owner owner =
                    new Owner(Owner.State.RELEASED, value, site.processes().self(), fingerprint, blob);
            owner.write(site.disk(), site.directory());
            drop(State.RELEASED);
        } finally {
            changing.unlock();
        }
    }

    private void requireUndisputed() throws SpoolException {
        if (!lock.isHeld()) {
            drop(State.ABANDONED);
            throw new SpoolFencedException("the lock of " + site.file(Layout.LOCK)
                    + " was lost: the file was replaced, or something closed it; not recorded as released");
        }
        try {
            epoch.requireMine();
        } catch (SpoolFencedException e) {
            drop(State.ABANDONED);
            throw e;
        }
    }

    /**
     * Takes a released directory back, under the same epoch. Does nothing if it is owned.
     *
     * @throws dev.spool.SpoolLockedException if somebody else has it; may be tried again
     * @throws SpoolFencedException if somebody else had it meanwhile: open afresh
     */
    public void retake() throws SpoolException {
        changing.lock();
        try {
            if (state == State.OWNED) {
                return;
            }
            if (state == State.ABANDONED) {
                throw notOwned();
            }
            lock = DirectoryLock.take(site);
            boolean owned = false;
            try {
                epoch = Epoch.resume(site, identity, value);
                own(site, epoch);
                owned = true;
                state = State.OWNED;
            } catch (SpoolFencedException e) {
                state = State.ABANDONED;
                throw e;
            } finally {
                if (!owned) {
                    close(epoch);
                    lock.close();
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** Whether the epoch has moved, be the directory owned or released at present. */
    public boolean overtaken() throws SpoolException {
        return Epoch.overtaken(site, identity, value);
    }

    /** Gives up the lock without recording anything, as a crash would. Does nothing if the directory is not owned. */
    public void abandon() throws SpoolException {
        changing.lock();
        try {
            if (state == State.OWNED) {
                drop(State.ABANDONED);
            }
            state = State.ABANDONED;
        } finally {
            changing.unlock();
        }
    }

    private void drop(State next) throws SpoolException {
        state = next;
        close(epoch);
        lock.close();
    }

    private void requireOwned() throws SpoolFencedException {
        if (state != State.OWNED) {
            throw notOwned();
        }
    }

    private SpoolFencedException notOwned() {
        return new SpoolFencedException(site.directory() + " is no longer owned by this spool: it was "
                + (state == State.RELEASED ? "released" : "given up") + "; open it afresh");
    }

    /** Records this process as the owner, durably. */
    static void own(Site site, Epoch epoch) throws SpoolException {
        new Owner(Owner.State.OWNED, epoch.value(), site.processes().self(), null, ByteBuffer.allocate(0))
                .write(site.disk(), site.directory());
    }

    static void close(Epoch epoch) throws SpoolException {
        try {
            epoch.close();
        } catch (IOException e) {
            throw new SpoolIoException("cannot close " + Layout.EPOCH + ": " + e, e);
        }
    }
}
