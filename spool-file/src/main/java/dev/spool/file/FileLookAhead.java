package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.BackendLookAhead;
import dev.spool.engine.spi.PreparedBackend;
import java.util.ArrayList;
import java.util.List;

/** What stands in a spool that another process owns, indexed before it is taken over. */
final class FileLookAhead implements BackendLookAhead {

    private final ReadOnlyContext context;
    private final List<LogAhead> logs = new ArrayList<>();

    FileLookAhead(ReadOnlyContext context) {
        this.context = context;
        for (int number = 0; number < context.shards(); number++) {
            logs.add(new LogAhead(context, number));
        }
    }

    @Override
    public void refresh() throws SpoolException {
        for (LogAhead log : logs) {
            log.refresh();
        }
    }

    @Override
    public PreparedBackend prepare(ReadOnlyContext held) throws SpoolException {
        boolean same = held.storeId().equals(context.storeId())
                && held.directory().equals(context.directory())
                && held.shards() == context.shards();
        return FilePreparation.of(held, number -> same ? logs.get(number).take() : null);
    }
}
