package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.PreparedBackend;
import dev.spool.engine.spi.SealedLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The logs of a sealed spool, loaded before its epoch is raised: loading writes nothing, and is most of an open. */
final class FilePreparation implements PreparedBackend {

    private final ReadOnlyContext context;
    private final List<LoadedLog> logs = new ArrayList<>();
    private boolean passedOn;

    private FilePreparation(ReadOnlyContext context) {
        this.context = context;
    }

    /** What was read ahead of a log. */
    interface Ahead {
        @Nullable
        PreparedIndex ofLog(int number);
    }

    static FilePreparation of(ReadOnlyContext context, Ahead ahead) throws SpoolException {
        FilePreparation preparation = new FilePreparation(context);
        boolean complete = false;
        try {
            for (int number = 0; number < context.shards(); number++) {
                PreparedIndex readAhead = ahead.ofLog(number);
                LoadedLog loaded =
                        readAhead == null ? null : loader(context, number).load(readAhead);
                preparation.logs.add(
                        loaded != null ? loaded : loader(context, number).load());
            }
            complete = true;
            return preparation;
        } finally {
            if (!complete) {
                preparation.close();
            }
        }
    }

    private static LogLoader loader(ReadOnlyContext context, int number) throws SpoolException {
        return new LogLoader(
                context.disk(),
                context.directory(),
                number,
                context.storeId(),
                context.note().read());
    }

    @Override
    public List<SealedLog> sealed() {
        if (logs.stream().anyMatch(LoadedLog::unclean)) {
            return List.of();
        }
        List<SealedLog> sealed = new ArrayList<>();
        for (int number = 0; number < logs.size(); number++) {
            LoadedLog log = logs.get(number);
            sealed.add(SealedPieces.of(number, log.files().living(), log.head()));
        }
        return sealed;
    }

    @Override
    public Backend open(BackendContext owner) throws SpoolException {
        passedOn = true;
        return FileBackend.open(owner, logs);
    }

    @Override
    public void close() throws SpoolException {
        if (passedOn) {
            return;
        }
        passedOn = true;
        try {
            for (LoadedLog log : logs) {
                log.files().closeReaders();
            }
        } catch (IOException e) {
            throw new SpoolIoException("closing the files of " + context.directory() + " failed: " + e.getMessage(), e);
        }
    }
}
