package dev.spool.cli.copy;

import dev.spool.Spool;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.cli.base.Backends;
import dev.spool.cli.base.Directories;
import dev.spool.cli.base.UsageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The spool that a copy goes to. It is missing, empty, or an unfinished copy of the same source; anything else is left alone.
 */
public final class CopyTarget implements AutoCloseable {

    private final Spool spool;
    private final CopyMarker marker;

    private CopyTarget(Spool spool, CopyMarker marker) {
        this.spool = spool;
        this.marker = marker;
    }

    /**
     * Opens the target and marks it as an unfinished copy.
     *
     * @param backend the backend asked for; null for that of the source, or of the unfinished copy
     * @throws UsageException if the target is none of what it may be
     */
    public static CopyTarget open(
            Path directory, @Nullable String backend, Path sourceDirectory, UUID source, String sourceBackend)
            throws IOException {
        Directories.requireOutside(directory, sourceDirectory);
        SpoolProvider provider = Backends.existingOrChosen(directory, backend, sourceBackend);
        CopyMarker marker = new CopyMarker(directory);
        Optional<UUID> unfinished = marker.source();
        if (unfinished.isEmpty()) {
            requireEmpty(directory);
            marker.write(source);
        } else if (!unfinished.get().equals(source)) {
            throw new UsageException(directory + " is an unfinished copy of another spool, " + unfinished.get()
                    + "; name another directory");
        }
        return new CopyTarget(provider.open(directory, SpoolOptions.DEFAULTS), marker);
    }

    public Spool spool() {
        return spool;
    }

    /** Closes the spool, and only then takes away the marker: a kill in between costs one more comparison, nothing else. */
    public void finish() throws IOException {
        spool.close();
        marker.remove();
    }

    /** Closes the spool and leaves it marked as unfinished. */
    @Override
    public void close() throws IOException {
        spool.close();
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                // A file system's own directory is no content, nor is a marker that was never finished.
                if (!entry.endsWith("lost+found") && !CopyMarker.isTemporary(entry)) {
                    throw new UsageException(
                            directory + " is not empty and no unfinished copy; name a missing or empty directory");
                }
            }
        }
    }
}
