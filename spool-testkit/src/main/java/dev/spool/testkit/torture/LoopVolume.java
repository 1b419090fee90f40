package dev.spool.testkit.torture;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A filesystem of its own in a file, mounted as a loop device, whose power can be cut. Needs root.
 *
 * <p>{@link #cutPower} is the shutdown request of ext4 and xfs without a flush of their log: from that moment nothing reaches the
 * image any more, and everything fails with an I/O error. What is found after the next mount is what the filesystem had written
 * for good.
 */
final class LoopVolume implements AutoCloseable {

    /** The filesystems that can be shut down. */
    static final List<String> FILESYSTEMS = List.of("ext4", "xfs");

    private static final int UNMOUNT_TRIES = 100;

    private final Path image;
    private final Path mountPoint;
    private boolean mounted;

    private LoopVolume(Path image, Path mountPoint) {
        this.image = image;
        this.mountPoint = mountPoint;
    }

    /** Makes a filesystem of that many bytes below {@code work}, not yet mounted. Xfs takes no fewer than 300 MiB. */
    static LoopVolume make(Path work, String filesystem, long bytes) throws IOException, InterruptedException {
        Files.createDirectories(work);
        Path image = work.resolve(filesystem + ".img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(0);
            file.setLength(bytes);
        }
        String force = filesystem.equals("xfs") ? "-f" : "-F";
        Command.run("mkfs." + filesystem, "-q", force, image.toString()).must();
        return new LoopVolume(image, Files.createDirectories(work.resolve(filesystem)));
    }

    /** Why there can be none here; empty if there can. */
    static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "loop volumes need root";
        }
        for (String program : List.of("mkfs.ext4", "mkfs.xfs", "xfs_io", "mount", "umount")) {
            if (!Command.exists(program)) {
                return "there is no " + program;
            }
        }
        return "";
    }

    Path root() {
        return mountPoint;
    }

    Path image() {
        return image;
    }

    void mount() throws IOException, InterruptedException {
        Command.run("mount", "-o", "loop", image.toString(), mountPoint.toString())
                .must();
        mounted = true;
    }

    /** Waits for the last user of the volume. */
    void unmount() throws IOException, InterruptedException {
        Command last = Command.run("umount", mountPoint.toString());
        for (int i = 0; i < UNMOUNT_TRIES && last.status() != 0; i++) {
            Thread.sleep(100);
            last = Command.run("umount", mountPoint.toString());
        }
        last.must();
        mounted = false;
    }

    /** From now on nothing is written to the image. The volume is still mounted. */
    void cutPower() throws IOException, InterruptedException {
        Command.run("xfs_io", "-x", "-c", "shutdown", mountPoint.toString()).must();
    }

    /** Bytes that are free. */
    long usableBytes() throws IOException {
        return Files.getFileStore(mountPoint).getUsableSpace();
    }

    /** Deletes the image. */
    void delete() throws IOException {
        Files.deleteIfExists(image);
        Files.deleteIfExists(mountPoint);
    }

    /** Unmounts; the image stays. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (mounted) {
            unmount();
        }
    }
}
