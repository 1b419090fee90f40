package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.StoredMessage;
import dev.spool.engine.spi.Watermarks;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Copies every intact message of a damaged database to a new one, value by value, with its revisions. */
final class Salvage {

    private static final System.Logger LOG = System.getLogger(Salvage.class.getName());

    private final BackendContext context;
    private final int log;
    private final Path damaged;
    private final Path copy;
    private long messages;
    private long bytes;
    private long lastRevision;

    Salvage(BackendContext context, int log, Path damaged, Path copy) {
        this.context = context;
        this.log = log;
        this.damaged = damaged;
        this.copy = copy;
    }

    /**
     * Reads what is damaged as an owner reads it; or as a reader does, who can do with less.
     *
     * @throws SpoolCorruptException if RocksDB cannot open what is there at all
     */
    void run() throws SpoolException {
        Sizes sizes = Sizes.of(context.options(), context.shards(), context.disk(), context.directory());
        try (SharedMemory memory = new SharedMemory(sizes.cacheBytes(), sizes.cacheBytes());
                Twin twin = twin()) {
            Database asOwner = twin == null ? null : asOwner(twin, memory, sizes);
            try (Database from = asOwner != null ? asOwner : asReader(memory);
                    Database to = Database.open(
                            copy, DatabaseOptions.forWriting(memory, sizes.writeBufferBytes(), true, true))) {
                copy(from, to);
                finish(from, to);
                to.flush();
            } catch (RocksDBException e) {
                throw Failures.reading(copy, null, e);
            }
        }
    }

    /** Null where there is no room for one. */
    private @Nullable Twin twin() {
        try {
            return Twin.of(damaged, context.storeId());
        } catch (SpoolException e) {
            LOG.log(Level.WARNING, "reads " + damaged + " as it is, which may save less", e);
            return null;
        }
    }

    private static @Nullable Database asOwner(Twin twin, SharedMemory memory, Sizes sizes) {
        try {
            return Database.open(
                    twin.directory(),
                    DatabaseOptions.forWriting(memory, sizes.writeBufferBytes(), false, false)
                            .lenient());
        } catch (SpoolException e) {
            LOG.log(Level.WARNING, "RocksDB cannot open it for writing; what can be read without is saved", e);
            return null;
        }
    }

    private Database asReader(SharedMemory memory) throws SpoolException {
        ForeignLog.requireNone(damaged, context.storeId());
        return Database.openReadOnly(damaged, DatabaseOptions.forReading(memory).lenient());
    }

    private void copy(Database from, Database to) throws SpoolException, RocksDBException {
        MessageReader reader = new MessageReader(log);
        KeyScan keys = new KeyScan(Keys.messages());
        while (!keys.isAtEnd()) {
            KeyScan.Page page = keys.page(from);
            keys.take(page);
            for (KeyScan.Entry entry : page.entries()) {
                if (Keys.isMessage(entry.key())) {
                    copy(from, to, reader, entry);
                }
            }
        }
    }

    private void copy(Database from, Database to, MessageReader reader, KeyScan.Entry entry)
            throws SpoolException, RocksDBException {
        SpoolId id = Keys.id(entry.key());
        StoredMessage message;
        BodyLink link;
        try {
            message = reader.read(from, id, true);
            link = MessageRecord.decode(id, log, entry.value(), from.at(entry.key()))
                    .body();
        } catch (SpoolCorruptException e) {
            return; // it stays in quarantine
        }
        if (message == null) {
            return;
        }
        try (WriteBatch out = new WriteBatch()) {
            out.put(entry.key(), entry.value());
            for (int ordinal = 0; ordinal < link.parts(); ordinal++) {
                byte[] key = Keys.part(id, link.firstRevision(), ordinal);
                byte[] value = from.get(key, id);
                if (value != null) {
                    out.put(key, value);
                }
            }
            to.write(out, false);
        }
        messages++;
        bytes += message.info().bodyBytes() + message.info().envelopeBytes();
        lastRevision = Math.max(lastRevision, message.info().revision());
    }

    private void finish(Database from, Database to) throws SpoolException, RocksDBException {
        LogState known = known(from);
        Head head = known == null ? new Head() : known.head();
        head.counted(messages, bytes);
        long last = Math.max(lastRevision, Watermarks.of(context.note(), log));
        last = Math.max(last, known == null ? 0 : known.lastRevision());
        long batch = known == null ? 0 : known.batch() + 1;
        LogState state = new LogState(context.storeId(), log, context.shards(), context.epoch(), batch, last, 0, head);
        try (WriteBatch out = new WriteBatch()) {
            out.put(Keys.STATE, state.encode());
            to.write(out, true);
        }
    }

    private @Nullable LogState known(Database from) throws SpoolException {
        try {
            return LogOpener.state(from, log);
        } catch (SpoolCorruptException | RocksDBException e) {
            return null;
        }
    }
}
