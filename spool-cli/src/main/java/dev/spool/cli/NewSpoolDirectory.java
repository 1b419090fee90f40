package dev.spool.cli;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.cli.base.Backends;
import dev.spool.cli.base.UsageException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options {@code --dir} and {@code --backend} of commands that make the spool if it is missing. */
final class NewSpoolDirectory {

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "The spool's directory; made if it is missing.")
    private Path directory;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description =
                    "What holds a new spool: file, rocksdb or lmdb (default: file). It is recorded and found again.")
    private @Nullable String backend;

    Spool open(SpoolOptions options) throws SpoolException, UsageException {
        return Backends.existingOrChosen(directory, backend, Backends.DEFAULT).open(directory, options);
    }
}
