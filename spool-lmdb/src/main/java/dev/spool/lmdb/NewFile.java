package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** A file in the making: it counts once it has been finished and {@link #appear} has given it its name. One thread. */
final class NewFile implements AutoCloseable {

    private final Disk disk;
    private final Path directory;
    private final Generation generation;
    private final Environment environment;

    private NewFile(Disk disk, Path directory, Generation generation, Environment environment) {
        this.disk = disk;
        this.directory = directory;
        this.generation = generation;
        this.environment = environment;
    }

    /** What is written in a transaction. */
    interface Writing {
        void in(Transaction transaction) throws SpoolException;
    }

    static NewFile create(Disk disk, Path directory, Generation generation, long mapBytes) throws SpoolException {
        deleteUnfinished(disk, directory, generation);
        Environment made = Environment.open(generation.unfinished(directory), mapBytes, Environment.Use.BUILD);
        return new NewFile(disk, directory, generation, made);
    }

    void write(Writing work) throws SpoolException {
        try (Transaction transaction = environment.beginWrite()) {
            work.in(transaction);
            transaction.commit();
        }
    }

    /** Makes everything written durable. */
    void finish() throws SpoolException {
        environment.sync();
    }

    /** Gives the file its name: from now on it is the log's newest one. After {@link #close}. */
    void appear() throws SpoolException {
        rename();
        try {
            disk.syncDirectory(directory);
        } catch (IOException e) {
            throw new SpoolIoException("syncing " + directory + " failed: " + e.getMessage(), e);
        }
    }

    /** Does so without making the name durable. */
    void rename() throws SpoolException {
        try {
            disk.rename(generation.unfinished(directory), generation.file(directory));
        } catch (IOException e) {
            throw new SpoolIoException(
                    "renaming " + generation.unfinished(directory) + " failed: " + e.getMessage(), e);
        }
    }

    /** Deletes the file, which did not come to count. */
    void discard() throws SpoolException {
        deleteUnfinished(disk, directory, generation);
    }

    @Override
    public void close() {
        environment.close();
    }

    private static void deleteUnfinished(Disk disk, Path directory, Generation generation) throws SpoolException {
        Path file = generation.unfinished(directory);
        try {
            if (disk.exists(file)) {
                disk.delete(file);
            }
        } catch (IOException e) {
            throw new SpoolIoException("deleting " + file + " failed: " + e.getMessage(), e);
        }
    }
}
