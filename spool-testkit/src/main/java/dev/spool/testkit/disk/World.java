package dev.spool.testkit.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The names, files and locks of a disk, shared by all its processes. Guarded by its own monitor. */
final class World {

    private static final AtomicLong WORLDS = new AtomicLong();

    final long id = WORLDS.incrementAndGet();
    final SplittableRandom random;
    final Map<Inode, SimulatedLock> locks = new HashMap<>();
    private Folder root = new Folder(0);
    private List<NameChange> pending = new ArrayList<>();
    private long nextNumber = 1;
    private long nextSequence;
    private long usedPages;
    String filesystemType = "simulated";
    /** How often the power was cut; a process lives as long as this is what it was at its birth. */
    long crashes;

    long capacityPages = (1L << 30) / Inode.PAGE;

    World(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The same disk once more, to be crashed and changed by itself. */
    World copy(long seed) {
        World copy = new World(seed);
        IdentityHashMap<Node, Node> nodes = new IdentityHashMap<>();
        copy.root = (Folder) copyOf(root, nodes);
        for (NameChange change : pending) {
            copy.pending.add(new NameChange(
                    change.sequence(),
                    change.from() == null ? null : (Folder) copyOf(change.from(), nodes),
                    change.fromName(),
                    change.to() == null ? null : (Folder) copyOf(change.to(), nodes),
                    change.toName(),
                    change.node() == null ? null : copyOf(change.node(), nodes),
                    change.fromSynced(),
                    change.toSynced()));
        }
        copy.nextNumber = nextNumber;
        copy.nextSequence = nextSequence;
        copy.capacityPages = capacityPages;
        copy.filesystemType = filesystemType;
        copy.count();
        return copy;
    }

    private static Node copyOf(Node node, IdentityHashMap<Node, Node> copies) {
        Node known = copies.get(node);
        if (known != null) {
            return known;
        }
        if (node instanceof Inode inode) {
            Inode copy = inode.copy();
            copies.put(node, copy);
            return copy;
        }
        Folder folder = (Folder) node;
        Folder copy = new Folder(folder.number);
        copies.put(node, copy);
        folder.entries.forEach((name, child) -> copy.entries.put(name, copyOf(child, copies)));
        folder.durable().forEach((name, child) -> copy.durable().put(name, copyOf(child, copies)));
        copy.newest().putAll(folder.newest());
        return copy;
    }

    @Nullable
    Node find(Path path) {
        Node at = root;
        for (Path name : path) {
            if (!(at instanceof Folder folder)) {
                return null;
            }
            Node next = folder.entries.get(name.toString());
            if (next == null) {
                return null;
            }
            at = next;
        }
        return at;
    }

    Inode file(Path path) throws IOException {
        Node node = find(path);
        if (node instanceof Inode inode) {
            return inode;
        }
        throw node == null ? new NoSuchFileException(path.toString()) : new IOException(path + ": Is a directory");
    }

    Folder folder(Path path) throws IOException {
        Node node = find(path);
        if (node instanceof Folder folder) {
            return folder;
        }
        throw node == null ? new NoSuchFileException(path.toString()) : new IOException(path + ": Not a directory");
    }

    private Folder parent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        return folder(parent);
    }

    Inode createFile(Path path) throws IOException {
        Inode inode = new Inode(nextNumber++);
        inode.links = 1;
        add(path, inode);
        return inode;
    }

    void createFolder(Path path) throws IOException {
        add(path, new Folder(nextNumber++));
    }

    private void add(Path path, Node node) throws IOException {
        Folder parent = parent(path);
        String name = nameOf(path);
        parent.entries.put(name, node);
        pending.add(NameChange.create(nextSequence++, parent, name, node));
    }

    void rename(Path source, Path target) throws IOException {
        Node node = find(source);
        if (node == null) {
            throw new NoSuchFileException(source.toString());
        }
        Folder from = parent(source);
        Folder to = parent(target);
        Node replaced = to.entries.get(nameOf(target));
        if (replaced == node) {
            return;
        }
        if (replaced instanceof Folder) {
            throw new FileAlreadyExistsException(target.toString());
        }
        from.entries.remove(nameOf(source));
        to.entries.put(nameOf(target), node);
        unlink(replaced);
        pending.add(NameChange.rename(nextSequence++, from, nameOf(source), to, nameOf(target), node));
    }

    void delete(Path path) throws IOException {
        Node node = find(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        if (node instanceof Folder folder && !folder.entries.isEmpty()) {
            throw new java.nio.file.DirectoryNotEmptyException(path.toString());
        }
        Folder parent = parent(path);
        parent.entries.remove(nameOf(path));
        unlink(node);
        pending.add(NameChange.delete(nextSequence++, parent, nameOf(path)));
    }

    private void unlink(@Nullable Node node) {
        if (node instanceof Inode inode) {
            inode.links--;
            freeIfUnused(inode);
        }
    }

    void closed(Inode inode) {
        inode.opened--;
        freeIfUnused(inode);
    }

    private void freeIfUnused(Inode inode) {
        if (inode.links == 0 && inode.opened == 0) {
            usedPages -= inode.allocatedPages();
        }
    }

    void sync(Folder folder) {
        List<NameChange> left = new ArrayList<>();
        for (NameChange change : pending) {
            NameChange now = change.from() == folder || change.to() == folder ? change.synced(folder) : change;
            if (now.durable()) {
                now.harden();
            } else {
                left.add(now);
            }
        }
        pending = left;
    }

    /** Runs something that may change how much space a file takes. */
    void changeSpace(Inode inode, Runnable action) {
        int before = inode.allocatedPages();
        action.run();
        usedPages += inode.allocatedPages() - before;
    }

    long freePages() {
        return Math.max(0, capacityPages - usedPages);
    }

    /** The power goes: only what survives on the platter is left, and nothing is open or locked. */
    void crash(Survival survival) {
        double mood = random.nextDouble();
        double keep = mood < 0.15 ? 0 : mood > 0.85 ? 1 : random.nextDouble();
        double keepNames = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
        for (NameChange change : pending) {
            if (survival == Survival.KEPT || (survival == Survival.RANDOM && random.nextDouble() < keepNames)) {
                change.harden();
            }
        }
        pending.clear();
        locks.clear();
        crashes++;
        settle(root, survival, keep, new IdentityHashMap<>());
        count();
    }

    /** A process dies, and the page cache lives on. */
    void kill(SimulatedDisk process) {
        locks.values().removeIf(lock -> lock.process() == process);
    }

    private void settle(Folder folder, Survival survival, double keep, IdentityHashMap<Inode, Boolean> done) {
        folder.forgetCache();
        for (Node node : folder.entries.values()) {
            if (node instanceof Folder child) {
                settle(child, survival, keep, done);
            } else if (node instanceof Inode inode && done.put(inode, true) == null) {
                inode.crash(survival, random, keep);
            }
        }
    }

    void dropCaches() {
        forEachFile(root, inode -> changeSpace(inode, inode::dropCaches));
    }

    /** Makes everything durable, names too. */
    void hardenAll() {
        for (NameChange change : pending) {
            change.harden();
        }
        pending.clear();
        forEachFile(root, Inode::sync);
    }

    /** Counts names and space anew; nothing is open. */
    private void count() {
        forEachFile(root, inode -> inode.links = 0);
        usedPages = 0;
        forEachFile(root, inode -> {
            if (inode.links++ == 0) {
                inode.opened = 0;
                usedPages += inode.allocatedPages();
            }
        });
    }

    private static void forEachFile(Folder folder, Consumer<Inode> action) {
        for (Node node : folder.entries.values()) {
            if (node instanceof Folder child) {
                forEachFile(child, action);
            } else if (node instanceof Inode inode) {
                action.accept(inode);
            }
        }
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }
}
