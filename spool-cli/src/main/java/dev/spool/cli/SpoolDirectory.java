package dev.spool.cli;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.cli.base.Backends;
import dev.spool.cli.base.UsageException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option {@code --dir} of commands that work on a spool that is there. */
final class SpoolDirectory {

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "The spool's directory.")
    private Path directory;

    Path path() {
        return directory;
    }

    /** Opens for reading: takes no lock, writes nothing, works beside an owner. */
    SpoolReader openReadOnly() throws SpoolException, UsageException {
        return Backends.existing(directory).openReadOnly(directory, SpoolOptions.DEFAULTS);
    }

    /** Opens as its owner. */
    Spool open() throws SpoolException, UsageException {
        SpoolOptions options = SpoolOptions.builder().createIfMissing(false).build();
        return Backends.existing(directory).open(directory, options);
    }
}
