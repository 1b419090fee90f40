package dev.spool.testkit.model;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.testkit.contract.CheckedProvider;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A provider's spools in a real directory, with threads of their own. */
final class RealSubject implements Subject {

    private final SpoolModelProperties properties;
    private final Path directory;
    private final SpoolOptions options;

    RealSubject(SpoolModelProperties properties, Path directory, SpoolOptions options) {
        this.properties = properties;
        this.directory = directory;
        this.options = options;
    }

    @Override
    public Spool open() throws SpoolException {
        return properties.provider().open(directory, options);
    }

    @Override
    public void check() throws SpoolException {
        CheckedProvider.assertClean(properties.provider(), directory, options);
    }

    @Override
    public <T> T await(CompletableFuture<T> future) {
        return future.join();
    }

    @Override
    public void pass() {}

    @Override
    public boolean kill(Spool spool) throws SpoolException {
        return properties.abandon(spool);
    }
}
