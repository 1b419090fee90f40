package dev.spool.testkit.memory;

import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.MaintenanceStep;
import java.util.List;

/** A store that holds its logs in memory. It has nothing to maintain and nothing to compact. */
final class MemoryBackend implements Backend {

    private final List<LogContents> contents;
    private final List<MemoryLog> logs;
    private final long maxTotalBytes;
    private final long maxMessageBytes;

    MemoryBackend(List<LogContents> contents, BackendContext context) {
        this.contents = contents;
        maxTotalBytes = context.options().maxTotalBytes().orElse(Long.MAX_VALUE);
        logs = contents.stream()
                .map(log -> new MemoryLog(log, context.epoch(), maxTotalBytes / contents.size()))
                .toList();
        maxMessageBytes = context.options().maxMessageBytes();
    }

    @Override
    public List<MemoryLog> logs() {
        return logs;
    }

    @Override
    public Usage usage() {
        return usage(contents, maxMessageBytes);
    }

    static Usage usage(List<LogContents> contents, long maxMessageBytes) {
        return new Usage(liveBytes(contents), contents.size(), 0, 0, 0, maxMessageBytes);
    }

    /** Full while a little room is left for what is under way. */
    @Override
    public Space space() {
        return liveBytes(contents) < maxTotalBytes / 16 * 15 ? Space.ENOUGH : Space.FULL;
    }

    private static long liveBytes(List<LogContents> contents) {
        return contents.stream().mapToLong(LogContents::liveBytes).sum();
    }

    @Override
    public List<MaintenanceStep> maintenance() {
        return List.of();
    }

    @Override
    public boolean compactRound() {
        return false;
    }

    @Override
    public long adviseLowMemory() {
        return 0;
    }

    @Override
    public void close() {}
}
