package dev.spool.engine.spi;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** How the engine makes and inspects stores of one backend. Stateless. */
public interface BackendFactory {

    /** As recorded in the identity file. */
    String name();

    /** Version of the format that it writes. */
    int formatVersion();

    /** Names of the {@link SpoolOptions#backendOptions()} that it has. */
    default Set<String> optionNames() {
        return Set.of();
    }

    /** Whether {@code cacheOnStore} is on by default. */
    boolean cachesOnStore();

    /** Opens and recovers; everything found is served when this returns. */
    Backend open(BackendContext context) throws SpoolException;

    /**
     * Reads a sealed store whose lock is held, so that it can be compared with what was sealed and then opened without reading it
     * again. Writes nothing.
     */
    default PreparedBackend prepare(ReadOnlyContext context) throws SpoolException {
        return PreparedBackend.byReading(this, context);
    }

    /** Begins to read ahead a store that another process owns; the first refresh reads. */
    default BackendLookAhead lookAhead(ReadOnlyContext context) throws SpoolException {
        return BackendLookAhead.none(this);
    }

    /** Opens for reading beside an owner: writes nothing. */
    ReadOnlyBackend openReadOnly(ReadOnlyContext context) throws SpoolException;

    /** Checks offline, read-only. What stands in quarantine is counted and told of by the engine. */
    CheckReport check(ReadOnlyContext context, Consumer<Finding> findings) throws SpoolException;

    /**
     * Checks, and keeps what is damaged in {@link dev.spool.engine.directory.Quarantine} before it takes it away, as the owner of
     * the directory: a repair commits. Requests to the engine's threads, of which there are none, are dropped.
     */
    CheckReport repair(BackendContext context, Consumer<Finding> findings) throws SpoolException;

    /** Reads store id and shard count back from the backend's own files, when the identity file is damaged or gone. */
    Optional<Origin> identify(Disk disk, Path directory) throws SpoolException;

    /**
     * The highest ownership epoch that the backend's own files name, so that none is used twice when the epoch file is lost; 0
     * if they name none.
     */
    default long highestEpoch(Disk disk, Path directory) throws SpoolException {
        return 0;
    }

    /** What identifies a store. */
    record Origin(UUID storeId, int shards) {}

    /** Reads the backend's note from the epoch file as it stands now: an owner beside the reader may have replaced it. */
    interface Notes {
        ByteBuffer read() throws SpoolException;
    }

    /** What a reader gets. */
    record ReadOnlyContext(
            Path directory, Disk disk, EngineClock clock, SpoolOptions options, UUID storeId, int shards, Notes note) {}
}
