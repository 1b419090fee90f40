package dev.spool.engine;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.MaintenanceStep;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store in memory that does as a test says; its own factory. */
final class FakeBackend implements Backend, BackendFactory {

    final List<FakeLog> logs = new ArrayList<>();
    final List<MaintenanceStep> maintenance = new ArrayList<>();
    volatile Space space = Space.ENOUGH;
    volatile int compactRounds;
    volatile boolean closed;

    @Nullable
    BackendContext context;

    FakeBackend(int shards) {
        for (int i = 0; i < shards; i++) {
            logs.add(new FakeLog());
        }
    }

    @Override
    public Backend open(BackendContext opened) {
        context = opened;
        return this;
    }

    @Override
    public List<FakeLog> logs() {
        return logs;
    }

    @Override
    public Usage usage() {
        return new Usage(0, 0, 0, 0, 0, Long.MAX_VALUE);
    }

    @Override
    public Space space() {
        return space;
    }

    @Override
    public List<MaintenanceStep> maintenance() {
        return maintenance;
    }

    @Override
    public boolean compactRound() {
        return compactRounds-- > 1;
    }

    @Override
    public long adviseLowMemory() {
        return 0;
    }

    @Override
    public void close() throws SpoolException {
        closed = true;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public int formatVersion() {
        return 1;
    }

    @Override
    public boolean cachesOnStore() {
        return false;
    }

    @Override
    public ReadOnlyBackend openReadOnly(ReadOnlyContext ofReader) {
        throw new AssertionError("not asked for");
    }

    @Override
    public CheckReport check(ReadOnlyContext ofReader, Consumer<Finding> findings) {
        throw new AssertionError("not asked for");
    }

    @Override
    public CheckReport repair(BackendContext ofOwner, Consumer<Finding> findings) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Optional<Origin> identify(Disk disk, Path directory) {
        return Optional.empty();
    }
}
