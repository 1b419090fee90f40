package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scans the messages of a log by id, page by page. An id never moves, so that each message is met exactly once, and it comes as it
 * stood when its page was read.
 */
final class MessageScan implements LogScan {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int log;
    private final DatabaseAccess access;
    private final KeyScan keys = new KeyScan(Keys.messages());
    private final Iterator<Damage> known;
    private Iterator<Entry> page = List.<Entry>of().iterator();
    private @Nullable Damage behindPage;
    private String incomplete;

    /** @param lost what is known to be lost of the log as a whole */
    MessageScan(int log, DatabaseAccess access, List<Damage> lost) {
        this.log = log;
        this.access = access;
        known = lost.iterator();
        incomplete = lost.isEmpty() ? "" : lost.get(0).why();
    }

    @Override
    public @Nullable Entry next(boolean withEnvelope) throws SpoolException {
        while (!page.hasNext()) {
            Damage damage = behindPage;
            behindPage = null;
            if (damage != null) {
                incomplete = "a range of messages cannot be read: " + damage.where();
                return new Entry(null, null, NOTHING, damage);
            }
            if (keys.isAtEnd()) {
                return known.hasNext() ? new Entry(null, null, NOTHING, known.next()) : null;
            }
            load(withEnvelope);
        }
        return page.next();
    }

    private void load(boolean withEnvelope) throws SpoolException {
        KeyScan.Page found = access.read(database -> {
            KeyScan.Page next = keys.page(database);
            Damage damage = next.damage();
            if (damage != null && access.isStale(database)) {
                throw new SpoolCorruptException(null, damage.where(), damage.why()); // so that it is read again
            }
            return next;
        });
        keys.take(found);
        behindPage = found.damage();
        page = found.entries().stream().map(entry -> entry(entry, withEnvelope)).iterator();
    }

    private Entry entry(KeyScan.Entry entry, boolean withEnvelope) {
        if (!Keys.isMessage(entry.key())) {
            return new Entry(null, null, NOTHING, new Damage(access.at(entry.key()), "this is no key of a message"));
        }
        SpoolId id = Keys.id(entry.key());
        try {
            MessageRecord record = MessageRecord.decode(id, log, entry.value(), access.at(entry.key()));
            return new Entry(id, record.header().info(), withEnvelope ? record.envelope() : NOTHING, null);
        } catch (SpoolCorruptException e) {
            return new Entry(id, null, NOTHING, new Damage(e.where(), e.why()));
        }
    }

    @Override
    public String incompleteBecause() {
        return incomplete;
    }

    @Override
    public void close() {
        page = List.<Entry>of().iterator();
    }
}
