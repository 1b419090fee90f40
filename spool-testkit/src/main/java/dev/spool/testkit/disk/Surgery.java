package dev.spool.testkit.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at and changes what is on a {@link SimulatedDisk} from outside: counted by nobody, subject to no fault, and durable at
 * once, together with whatever else of a file that it changes was not synced.
 */
public final class Surgery {

    private final SimulatedDisk disk;

    Surgery(SimulatedDisk disk) {
        this.disk = disk;
    }

    /** Flips the bits of {@code mask} in the byte at {@code offset}. */
    public void corrupt(Path file, long offset, int mask) {
        byte[] bytes = contents(file, offset, 1);
        bytes[0] ^= (byte) mask;
        overwrite(file, offset, bytes);
    }

    /** Sets bytes to zero. */
    public void zero(Path file, long offset, int length) {
        overwrite(file, offset, new byte[length]);
    }

    /** Replaces bytes within a file. */
    public void overwrite(Path file, long offset, byte[] bytes) {
        run(() -> {
            Inode inode = disk.world().file(SimulatedDisk.absolute(file));
            disk.world().changeSpace(inode, () -> inode.damage(offset, bytes));
            return 0;
        });
    }

    /** Replaces a file as a whole, or makes it; its directory must be there. */
    public void put(Path file, byte[] content) {
        run(() -> {
            Path path = SimulatedDisk.absolute(file);
            Inode inode = disk.world().find(path) == null
                    ? disk.world().createFile(path)
                    : disk.world().file(path);
            disk.world().changeSpace(inode, () -> inode.set(content));
            disk.world().hardenAll();
            return 0;
        });
    }

    /** Puts the contents of one file in the place of another. */
    public void copyFile(Path source, Path target) {
        put(target, contents(source));
    }

    public void delete(Path file) {
        run(() -> {
            disk.world().delete(SimulatedDisk.absolute(file));
            disk.world().hardenAll();
            return 0;
        });
    }

    /** Makes everything durable that is not yet, names too. */
    public void settle() {
        run(() -> {
            disk.world().hardenAll();
            return 0;
        });
    }

    /** A file as a process sees it. */
    public byte[] contents(Path file) {
        return contents(file, 0, -1);
    }

    private byte[] contents(Path file, long offset, int length) {
        return run(() -> {
            Inode inode = disk.world().file(SimulatedDisk.absolute(file));
            byte[] bytes = new byte[length >= 0 ? length : Math.toIntExact(inode.size())];
            inode.read(ByteBuffer.wrap(bytes), offset);
            return bytes;
        });
    }

    /** Copies everything under a directory of this disk into a real one, as a process sees it. */
    public void copyTo(Path directory, Path real) throws IOException {
        Files.createDirectories(real);
        List<String> names = run(() -> List.copyOf(
                disk.world().folder(SimulatedDisk.absolute(directory)).entries.keySet()));
        for (String name : names) {
            Path entry = directory.resolve(name);
            if (run(() -> disk.world().find(SimulatedDisk.absolute(entry)) instanceof Folder)) {
                copyTo(entry, real.resolve(name));
            } else {
                Files.write(real.resolve(name), contents(entry));
            }
        }
    }

    /** Copies everything under a real directory into one of this disk, which is made if it is missing. */
    public void copyFrom(Path real, Path directory) throws IOException {
        run(() -> {
            makeFolders(SimulatedDisk.absolute(directory));
            return 0;
        });
        try (Stream<Path> entries = Files.list(real)) {
            for (Path entry : (Iterable<Path>) entries.sorted()::iterator) {
                Path target = directory.resolve(entry.getFileName().toString());
                if (Files.isDirectory(entry)) {
                    copyFrom(entry, target);
                } else {
                    put(target, Files.readAllBytes(entry));
                }
            }
        }
        settle();
    }

    private void makeFolders(Path path) throws IOException {
        if (disk.world().find(path) == null) {
            Path parent = path.getParent();
            if (parent != null) {
                makeFolders(parent);
            }
            disk.world().createFolder(path);
        }
    }

    private <T> T run(SimulatedDisk.Look<T> action) {
        synchronized (disk.world()) {
            try {
                return action.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
