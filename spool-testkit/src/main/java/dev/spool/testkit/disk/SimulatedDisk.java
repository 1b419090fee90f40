package dev.spool.testkit.disk;

import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.io.DiskLock;
import dev.spool.testkit.disk.IoEvent.Kind;
import dev.spool.testkit.disk.Schedule.Fate;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory as one process sees it. Everything it does wrong it does by seed, so that a single-threaded test replays.
 *
 * <p><b>What is durable.</b> A write after {@link DiskFile#sync} of its file, a name after {@link #syncDirectory} of its
 * directory (a renaming from one directory to another after both). What is not may survive {@link #crash()} or not: see {@link
 * Survival}.
 *
 * <p><b>Processes.</b> A disk has one or several, each a {@code SimulatedDisk} of its own with its own open files and locks.
 * {@link #kill()} ends one and leaves the page cache; {@link #crash()} ends all. From then on everything a dead process does
 * throws {@link PowerCut}, except closing. {@link #afterCrash()} and {@link #newProcess()} give the next process. As on POSIX,
 * a process loses its lock on a file when it closes any file it has open on it.
 *
 * <p><b>Crashing at a chosen point.</b> {@link #crashAfter} and {@link #crashWhen}; the power goes before, after or, for a
 * write, in the middle of the operation. {@link #fork} gives an independent copy of the disk, so that one point can be crashed
 * in many ways.
 *
 * <p>Safe for any number of threads.
 */
public final class SimulatedDisk implements Disk {

    private final World world;
    private final Schedule schedule;
    private final Faults faults;
    private final long birth;
    private final Map<Object, Object> processMap = new ConcurrentHashMap<>();
    private final Set<SimulatedFile> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile boolean killed;
    private volatile @Nullable IoListener listener;

    /** An empty disk of 1 GiB. */
    public SimulatedDisk(long seed) {
        this(new World(seed), new Schedule(), new Faults());
    }

    private SimulatedDisk(World world, Schedule schedule, Faults faults) {
        this.world = world;
        this.schedule = schedule;
        this.faults = faults;
        this.birth = world.crashes;
    }

    // Crashes

    /** Cuts the power now, with {@link Survival#RANDOM}. */
    public void crash() {
        crash(Survival.RANDOM);
    }

    /** Cuts the power now. Does nothing if this process is dead already. */
    public void crash(Survival survival) {
        synchronized (world) {
            if (isAlive()) {
                schedule.crashWhen(null);
                world.crash(survival);
            }
        }
    }

    /** Ends this process only: its files are closed, its locks released, and everything it wrote is still seen. */
    public void kill() {
        synchronized (world) {
            if (isAlive()) {
                killed = true;
                world.kill(this);
                open.forEach(file -> world.closed(file.inode()));
                open.clear();
            }
        }
    }

    /**
     * Cuts the power at the {@code operation}-th operation from now on that changes something, counted from 1, before, within
     * or after it. Replaces what was scheduled before.
     */
    public void crashAfter(long operation) {
        synchronized (world) {
            long number = schedule.operations() + operation;
            schedule.crashWhen(event -> event.kind().changes() && event.number() == number);
        }
    }

    /** Cuts the power at the first operation for which this holds. Replaces what was scheduled before. */
    public void crashWhen(Predicate<IoEvent> condition) {
        synchronized (world) {
            schedule.crashWhen(condition);
        }
    }

    /** Cuts the power at no operation. */
    public void crashNever() {
        synchronized (world) {
            schedule.crashWhen(null);
        }
    }

    /**
     * The next process on this disk.
     *
     * @throws IllegalStateException if this process is alive
     */
    public SimulatedDisk afterCrash() {
        synchronized (world) {
            if (isAlive()) {
                throw new IllegalStateException("this process has neither crashed nor been killed; see newProcess()");
            }
            return newProcess();
        }
    }

    /** Another process on this disk, beside this one if that is alive. */
    public SimulatedDisk newProcess() {
        synchronized (world) {
            return new SimulatedDisk(world, schedule, faults);
        }
    }

    /** A copy of the disk as it is now, caches and unsynced changes included, with a process that has nothing open. */
    public SimulatedDisk fork(long seed) {
        synchronized (world) {
            return new SimulatedDisk(world.copy(seed), new Schedule(), new Faults());
        }
    }

    public boolean isAlive() {
        synchronized (world) {
            return !killed && birth == world.crashes;
        }
    }

    // What it does, and what it does wrong

    /** Operations that changed something so far, over all processes. */
    public long operations() {
        synchronized (world) {
            return schedule.operations();
        }
    }

    /** The last 64 operations, the newest last. */
    public List<IoEvent> trace() {
        synchronized (world) {
            return schedule.trace();
        }
    }

    /** {@link #trace()}, one a line, for the message of a failure. */
    public String traceText() {
        return trace().stream().map(IoEvent::toString).collect(Collectors.joining("\n"));
    }

    /** Tells of the operations of this process from now on; null for nobody. */
    public void listener(@Nullable IoListener value) {
        listener = value;
    }

    /** Faults of the disk, the same for all its processes. */
    public Faults faults() {
        return faults;
    }

    /** Lets the next {@code times} syncs of files fail; see {@link Faults} for what they leave. */
    public void failSyncs(int times) {
        faults.fail(Kind.SYNC, times, path -> true);
    }

    /** Evicts all that is not dirty from the page cache. */
    public void dropCaches() {
        synchronized (world) {
            world.dropCaches();
        }
    }

    /** Sets the size of the volume, in pages of 4 KiB; may be less than what is on it. */
    public void capacityBytes(long value) {
        synchronized (world) {
            world.capacityPages = value / Inode.PAGE;
        }
    }

    /** Sets what {@link #filesystemType(Path)} says; {@code simulated} otherwise. */
    public void filesystemType(String value) {
        synchronized (world) {
            world.filesystemType = value;
        }
    }

    /** Looks at and changes what is on the disk from outside. */
    public Surgery surgery() {
        return new Surgery(this);
    }

    // The seam

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        Path path = absolute(file);
        return look(() -> opened(world.file(path), path, false));
    }

    @Override
    public DiskFile openForWriting(Path file) throws IOException {
        Path path = absolute(file);
        if (exists(path)) {
            return look(() -> opened(world.file(path), path, true));
        }
        return performOrFail(Kind.CREATE, path, () -> opened(world.createFile(path), path, true));
    }

    private SimulatedFile opened(Inode inode, Path path, boolean writable) {
        SimulatedFile file = new SimulatedFile(this, inode, path, writable);
        inode.opened++;
        open.add(file);
        return file;
    }

    @Override
    public boolean exists(Path path) throws IOException {
        return look(() -> world.find(absolute(path)) != null);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return look(() -> {
            if (world.find(absolute(directory)) == null) {
                return List.of();
            }
            List<Path> entries = new ArrayList<>();
            for (String name : world.folder(absolute(directory)).entries.keySet()) {
                entries.add(directory.resolve(name));
            }
            return entries;
        });
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path at = absolute(directory);
        while (at != null && !exists(at)) {
            missing.push(at);
            at = at.getParent();
        }
        if (at != null && at.getParent() != null) {
            syncDirectory(at.getParent());
        }
        for (Path made : missing) {
            performOrFail(Kind.CREATE_DIRECTORY, made, () -> {
                world.createFolder(made);
                return 0;
            });
            Path parent = made.getParent();
            if (parent != null) {
                syncDirectory(parent);
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        performOrFail(Kind.DELETE, absolute(file), () -> {
            world.delete(absolute(file));
            return 0;
        });
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        performOrFail(Kind.RENAME, absolute(source), () -> {
            world.rename(absolute(source), absolute(target));
            return 0;
        });
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        performOrFail(Kind.SYNC_DIRECTORY, absolute(directory), () -> {
            world.sync(world.folder(absolute(directory)));
            return 0;
        });
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        return look(() -> world.freePages() * Inode.PAGE);
    }

    @Override
    public long totalBytes(Path directory) throws IOException {
        return look(() -> world.capacityPages * Inode.PAGE);
    }

    @Override
    public String filesystemType(Path directory) throws IOException {
        return look(() -> world.filesystemType);
    }

    @Override
    public String fileKey(Path path) throws IOException {
        return look(() -> {
            Node node = world.find(absolute(path));
            if (node == null) {
                throw new NoSuchFileException(path.toString());
            }
            return "simulated-" + world.id + "-" + node.number;
        });
    }

    @Override
    public Map<Object, Object> processMap() {
        return processMap;
    }

    @Override
    public @Nullable DiskLock tryLock(Path file) throws IOException {
        Path path = absolute(file);
        if (!exists(path)) {
            openForWriting(path).close();
        }
        synchronized (world) {
            requireAlive();
            Inode inode = world.file(path);
            SimulatedLock lock = new SimulatedLock(this, inode, path);
            return world.locks.putIfAbsent(inode, lock) == null ? lock : null;
        }
    }

    // What files and locks call

    World world() {
        return world;
    }

    void closed(SimulatedFile file) {
        synchronized (world) {
            if (isAlive()) {
                open.remove(file);
                world.closed(file.inode());
                SimulatedLock lock = world.locks.get(file.inode());
                if (lock != null && lock.process() == this) {
                    world.locks.remove(file.inode());
                }
            }
        }
    }

    boolean holds(SimulatedLock lock) {
        synchronized (world) {
            requireAlive();
            return world.locks.get(lock.inode()) == lock && world.find(lock.path()) == lock.inode();
        }
    }

    void unlock(SimulatedLock lock) {
        synchronized (world) {
            if (isAlive()) {
                world.locks.remove(lock.inode(), lock);
            }
        }
    }

    /** Something that changes nothing. */
    <T> T look(Look<T> look) throws IOException {
        synchronized (world) {
            requireAlive();
            return look.run();
        }
    }

    private <T> T performOrFail(Kind kind, Path path, Look<T> action) throws IOException {
        return perform(kind, path, 0, 0, whole -> {
            if (!whole) {
                throw failure();
            }
            return action.run();
        });
    }

    /** An operation as the schedule and the faults allow; what they decide about it is done when this returns or throws. */
    <T> T perform(Kind kind, Path path, long offset, long bytes, Action<T> action) throws IOException {
        IoListener told = listener;
        if (told != null) {
            IoEvent upcoming;
            synchronized (world) {
                upcoming = schedule.upcoming(kind, path, offset, bytes);
            }
            told.before(upcoming);
        }
        synchronized (world) {
            requireAlive();
            IoEvent event = schedule.upcoming(kind, path, offset, bytes);
            schedule.record(event);
            Fate fate = schedule.fate(event, world.random);
            if (fate == Fate.BEFORE) {
                throw cut(() -> "before " + event);
            }
            boolean faulty = faults.strikes(kind, path, world.random);
            T result;
            try {
                result = action.run(!faulty && fate != Fate.WITHIN);
            } catch (IOException e) {
                if (fate != Fate.GOES_ON) {
                    throw cut(() -> "after " + event + " failed");
                }
                throw e;
            }
            if (fate != Fate.GOES_ON) {
                throw cut(() -> (fate == Fate.WITHIN ? "within " : "after ") + event);
            }
            if (faulty) {
                throw failure();
            }
            return result;
        }
    }

    private static IOException failure() {
        return new IOException("Input/output error");
    }

    private PowerCut cut(Supplier<String> where) {
        world.crash(Survival.RANDOM);
        return new PowerCut("the power was cut " + where.get());
    }

    private void requireAlive() {
        if (!isAlive()) {
            throw new PowerCut(killed ? "this process was killed" : "the power was cut");
        }
    }

    static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** Something done under the world's monitor. */
    interface Look<T> {
        T run() throws IOException;
    }

    /** An operation, done whole, or as far as it gets when it fails. */
    interface Action<T> {
        T run(boolean whole) throws IOException;
    }
}
