package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendFactory;
import java.nio.file.Path;
import java.util.Optional;

/** What a backend's own files tell when the engine's are damaged or gone. Asked only then; changes nothing. */
public interface Evidence {

    /** A backend whose files tell nothing. */
    Evidence NONE = new Evidence() {
        @Override
        public Optional<BackendFactory.Origin> identify(Disk disk, Path directory) {
            return Optional.empty();
        }

        @Override
        public long highestEpoch(Disk disk, Path directory) {
            return 0;
        }
    };

    /** Which store the files belong to; empty if there are none or they do not tell. */
    Optional<BackendFactory.Origin> identify(Disk disk, Path directory) throws SpoolException;

    /** No file was written under a higher epoch than this; 0 if there are none. */
    long highestEpoch(Disk disk, Path directory) throws SpoolException;
}
