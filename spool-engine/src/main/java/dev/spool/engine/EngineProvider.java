package dev.spool.engine;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.LookAhead;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.Takeover;
import dev.spool.engine.directory.Identity;
import dev.spool.engine.directory.IdentityFile;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.BackendLookAhead;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What a backend extends to be found by {@link java.util.ServiceLoader}: a public class with a public constructor that passes
 * its factory on. All the rest is the engine's.
 */
public abstract class EngineProvider implements SpoolProvider {

    private final BackendFactory factory;

    protected EngineProvider(BackendFactory factory) {
        this.factory = factory;
    }

    @Override
    public final String name() {
        return factory.name();
    }

    @Override
    public final boolean recognises(Path directory) throws SpoolException {
        Site site = site(directory);
        IdentityFile.Found found =
                SpoolDirectory.inspect(site.disk(), site.directory()).identity();
        Identity identity = found.identity();
        if (identity != null) {
            return identity.backend().equals(name());
        }
        return found.state() == IdentityFile.State.DAMAGED
                && factory.identify(site.disk(), site.directory()).isPresent();
    }

    @Override
    public final Spool open(Path directory, SpoolOptions options) throws SpoolException {
        return opener(directory, options).open(options, new EngineThreads());
    }

    @Override
    public final Takeover takeOver(Path directory, SpoolOptions options) throws SpoolException {
        return opener(directory, options).takeOver(options, new EngineThreads(), BackendLookAhead.none(factory));
    }

    @Override
    public final LookAhead lookAhead(Path directory, SpoolOptions options) throws SpoolException {
        return opener(directory, options).lookAhead(options);
    }

    @Override
    public final SpoolReader openReadOnly(Path directory, SpoolOptions options) throws SpoolException {
        return opener(directory, options).openReadOnly(options);
    }

    @Override
    public final CheckReport check(Path directory, SpoolOptions options, Consumer<Finding> findings)
            throws SpoolException {
        return new SpoolChecker(opener(directory, options), options, findings).check();
    }

    @Override
    public final CheckReport repair(Path directory, SpoolOptions options, Consumer<Finding> findings)
            throws SpoolException {
        return new SpoolChecker(opener(directory, options), options, findings).repair();
    }

    private SpoolOpener opener(Path directory, SpoolOptions options) {
        for (String name : options.backendOptions().keySet()) {
            if (!factory.optionNames().contains(name)) {
                throw new IllegalArgumentException("the backend " + name() + " has no option " + name
                        + " (backendOptions); it has " + new TreeSet<>(factory.optionNames()));
            }
        }
        return new SpoolOpener(factory, site(directory));
    }

    /** Where a directory is and through what it is reached: a directory of this machine. A test may put another disk there. */
    protected Site site(Path directory) {
        return Site.of(Objects.requireNonNull(directory, "directory"));
    }
}
