package dev.spool.testkit.memory;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolId;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Makes stores that stay in this factory's memory, by their identity, when they are closed; gone with the factory. */
public final class MemoryBackendFactory implements BackendFactory {

    private final Map<UUID, List<LogContents>> stores = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "memory";
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
    public Backend open(BackendContext context) {
        return new MemoryBackend(contents(context.storeId(), context.shards()), context);
    }

    @Override
    public ReadOnlyBackend openReadOnly(ReadOnlyContext context) {
        List<LogContents> contents = contents(context.storeId(), context.shards());
        List<LogReader> logs =
                contents.stream().<LogReader>map(MemoryBackendFactory::reader).toList();
        return new ReadOnlyBackend() {
            @Override
            public List<LogReader> logs() {
                return logs;
            }

            @Override
            public Backend.Usage usage() {
                return MemoryBackend.usage(contents, context.options().maxMessageBytes());
            }

            @Override
            public void close() {}
        };
    }

    private static LogReader reader(LogContents log) {
        return new VersionReader(log.versions(), log::head, () -> Optional.ofNullable(log.sealed()));
    }

    @Override
    public CheckReport check(ReadOnlyContext context, Consumer<Finding> findings) {
        return check(contents(context.storeId(), context.shards()), findings);
    }

    private static CheckReport check(List<LogContents> logs, Consumer<Finding> findings) {
        long entries = 0;
        long damaged = 0;
        for (LogContents log : logs) {
            for (Map.Entry<SpoolId, StoredVersion> entry : log.versions().entrySet()) {
                try {
                    entry.getValue().read(entry.getKey(), true);
                    entries++;
                } catch (SpoolCorruptException e) {
                    damaged++;
                    findings.accept(new Finding(
                            Finding.Severity.DAMAGE, "record", e.where(), -1, entry.getKey(), e.why(), false));
                }
            }
        }
        return new CheckReport(entries, damaged, 0, 0, false, true);
    }

    /** A check: there is no disk that could damage anything. */
    @Override
    public CheckReport repair(BackendContext context, Consumer<Finding> findings) {
        return check(contents(context.storeId(), context.shards()), findings);
    }

    /** Nothing on disk tells. */
    @Override
    public Optional<Origin> identify(Disk disk, Path directory) {
        return Optional.empty();
    }

    private List<LogContents> contents(UUID storeId, int shards) {
        return stores.computeIfAbsent(
                storeId,
                id -> IntStream.range(0, shards).mapToObj(LogContents::new).toList());
    }
}
