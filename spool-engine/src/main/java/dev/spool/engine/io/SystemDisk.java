package dev.spool.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The disk of this machine, through {@link FileChannel}. Stateless and safe for any number of threads.
 *
 * <p>{@link DiskFile#sync} is {@code force(false)}: {@code fdatasync} on Linux, which also makes the size durable where that is
 * needed to read the data back; {@code F_FULLFSYNC} on macOS. Windows cannot sync a directory, and its filesystem journals
 * names by itself, so {@link #syncDirectory} does nothing there.
 */
public final class SystemDisk implements Disk {

    /** The one there is. */
    public static final SystemDisk INSTANCE = new SystemDisk();

    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY_MODE = PosixFilePermissions.fromString("rwx------");
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    private SystemDisk() {}

    @Override
    public DiskFile openForReading(Path file) throws IOException {
        return new SystemReadFile(file);
    }

    @Override
    public DiskFile openForWriting(Path file) throws IOException {
        return new SystemWriteFile(file, openChannel(file));
    }

    @Override
    public boolean exists(Path path) throws IOException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            // Only this one: Files.exists would also take "permission denied" for "not there".
            return false;
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(entries);
        return entries;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path at = directory.toAbsolutePath();
        while (at != null && !exists(at)) {
            missing.push(at);
            at = at.getParent();
        }
        if (at != null && at.getParent() != null) {
            syncIfPermitted(at.getParent());
        }
        for (Path made : missing) {
            try {
                Files.createDirectory(made, attributes(made, DIRECTORY_MODE));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(made)) {
                    throw e;
                }
            }
            Path parent = made.getParent();
            if (parent != null) {
                syncDirectory(parent);
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.delete(file);
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (WINDOWS) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        Path existing = existing(directory);
        // One statvfs; looking the file store up first would read the whole mount table.
        long usable = existing.toFile().getUsableSpace();
        // 0 stands for "full" and for "failed": the slow way tells them apart.
        return usable > 0 ? usable : Files.getFileStore(existing).getUsableSpace();
    }

    @Override
    public long totalBytes(Path directory) throws IOException {
        return Files.getFileStore(existing(directory)).getTotalSpace();
    }

    @Override
    public String filesystemType(Path directory) throws IOException {
        return Files.getFileStore(existing(directory)).type().toLowerCase(Locale.ROOT);
    }

    @Override
    public @Nullable DiskLock tryLock(Path file) throws IOException {
        return SystemLock.tryLock(file, openChannel(file));
    }

    @Override
    public String fileKey(Path path) throws IOException {
        Object key = keyOf(path);
        return key != null ? key.toString() : path.toRealPath().toString();
    }

    /** What tells one file from another for as long as either exists; null where the platform does not say. */
    static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static FileChannel openChannel(Path file) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        return FileChannel.open(file, options, attributes(file, FILE_MODE));
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> mode) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(EnumSet.copyOf(mode))}
                : new FileAttribute<?>[0];
    }

    /** A directory that may not be read was not made by this process either, so its entry is not ours to sync. */
    private void syncIfPermitted(Path directory) throws IOException {
        try {
            syncDirectory(directory);
        } catch (AccessDeniedException e) {
            // Somebody else's directory.
            return;
        }
    }

    private Path existing(Path path) throws IOException {
        Path at = path.toAbsolutePath();
        while (!exists(at)) {
            Path parent = at.getParent();
            if (parent == null) {
                return at;
            }
            at = parent;
        }
        return at;
    }
}
