package dev.spool.rocksdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.LogScan.Damage;
import dev.spool.engine.spi.Watermarks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Checks a spool offline, writing nothing: every message as a load would, what RocksDB's own checksums say, which files are
 * missing, what the state of each log counts, and how far it was durable once.
 */
final class RocksCheck {

    private final ReadOnlyContext context;
    private final Consumer<Finding> findings;
    private long entries;
    private long damaged;
    private boolean complete = true;

    RocksCheck(ReadOnlyContext context, Consumer<Finding> findings) {
        this.context = context;
        this.findings = findings;
    }

    CheckReport run() throws SpoolException {
        NativeLibrary.load(context.options().nativeDirectory());
        Sizes sizes = Sizes.of(context.options(), context.shards(), context.disk(), context.directory());
        try (SharedMemory memory = new SharedMemory(sizes.cacheBytes(), sizes.cacheBytes())) {
            for (int log = 0; log < context.shards(); log++) {
                check(log, memory);
            }
        }
        return new CheckReport(entries, damaged, 0, 0, false, complete);
    }

    private void check(int log, SharedMemory memory) throws SpoolException {
        Path directory = LogOpener.directory(context.directory(), log);
        long watermark = Watermarks.of(context.note().read(), log);
        try {
            if (LogOpener.isUnmade(context.disk(), directory, watermark)) {
                return;
            }
            ForeignLog.requireNone(directory, context.storeId());
            check(log, directory, watermark, memory);
        } catch (SpoolCorruptException e) {
            complete = false;
            damage("database", e.where(), e.id().orElse(null), e.why());
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw new SpoolIoException("looking at " + directory + " failed: " + e, e);
        }
    }

    private void check(int log, Path directory, long watermark, SharedMemory memory) throws SpoolException {
        try (Database open = Database.openReadOnly(directory, DatabaseOptions.forReading(memory))) {
            check(log, open, watermark);
        } catch (RocksDBException e) {
            throw Failures.reading(directory, null, e);
        }
    }

    private void check(int log, Database open, long watermark) throws SpoolException, RocksDBException {
        LogState state = LogOpener.state(open, log);
        checkFiles(open);
        Messages found = messages(log, open);
        if (state != null) {
            checkState(log, open, state, found);
        } else if (found.count() > 0 || watermark != Watermarks.NONE) { // else the first open was cut short
            damage("state", open.directory().toString(), null, "there is no state of the log");
        }
        open.verifyChecksums();
    }

    private void checkFiles(Database open) throws SpoolException, RocksDBException {
        for (String name : open.fileNames()) {
            Path file = open.directory().resolve(name.substring(1));
            try {
                if (!context.disk().exists(file)) {
                    damage("file", file.toString(), null, "it is missing, and with it what was stored in it");
                }
            } catch (IOException e) {
                throw new SpoolIoException("looking at " + file + " failed: " + e, e);
            }
        }
    }

    /** What a scan found. */
    private record Messages(long count, long bytes, boolean intact) {}

    private Messages messages(int log, Database open) throws SpoolException {
        MessageReader reader = new MessageReader(log);
        KeyScan keys = new KeyScan(Keys.messages());
        long count = 0;
        long bytes = 0;
        boolean intact = true;
        while (!keys.isAtEnd()) {
            KeyScan.Page page = keys.page(open);
            keys.take(page);
            for (KeyScan.Entry entry : page.entries()) {
                count++;
                try {
                    bytes += read(reader, open, entry.key());
                    entries++;
                } catch (SpoolCorruptException e) {
                    intact = false;
                    damage("record", e.where(), e.id().orElse(null), e.why());
                }
            }
            Damage range = page.damage();
            if (range != null) {
                intact = false;
                damage("range", range.where(), null, "a range of messages cannot be read: " + range.why());
            }
        }
        return new Messages(count, bytes, intact);
    }

    private static long read(MessageReader reader, Database open, byte[] key) throws SpoolException {
        if (!Keys.isMessage(key)) {
            throw new SpoolCorruptException(null, open.at(key), "this is no key of a message");
        }
        SpoolId id = Keys.id(key);
        var message = reader.read(open, id, true);
        if (message == null) {
            throw new SpoolCorruptException(id, open.at(key), "it is found by a scan and not by its key");
        }
        return message.info().bodyBytes() + message.info().envelopeBytes();
    }

    private void checkState(int log, Database open, LogState state, Messages found) throws SpoolException {
        String where = open.directory().toString();
        long watermark = Watermarks.of(context.note().read(), log);
        if (watermark > state.lastRevision()) {
            damage(
                    "log",
                    where,
                    null,
                    LogOpener.missing(open.directory(), watermark, state).why());
        }
        for (Damage lost : LogOpener.lost(open.directory(), state)) {
            damage("log", lost.where(), null, lost.why());
        }
        long live = state.head().liveCount();
        if (found.count() != live) {
            damage("count", where, null, "the log holds " + live + " messages, and " + found.count() + " are found");
        } else if (found.intact() && found.bytes() != state.head().liveBytes()) {
            damage(
                    "count",
                    where,
                    null,
                    "the log holds " + state.head().liveBytes() + " bytes, and " + found.bytes() + " are found");
        }
    }

    private void damage(String kind, String where, @Nullable SpoolId id, String message) {
        damaged++;
        tell(Severity.DAMAGE, kind, where, id, message);
    }

    private void tell(Severity severity, String kind, String where, @Nullable SpoolId id, String message) {
        int key = where.indexOf(" key ");
        String path = key < 0 ? where : where.substring(0, key);
        String prefix = context.directory() + "/";
        String relative = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
        String detail = key < 0 ? message : message + " (" + where.substring(key + 1) + ")";
        findings.accept(new Finding(severity, kind, relative, -1, id, detail, false));
    }
}
