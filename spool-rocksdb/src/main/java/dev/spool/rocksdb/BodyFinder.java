package dev.spool.rocksdb;

import dev.spool.SpoolId;
import dev.spool.engine.spi.LogScan.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Finds bodies by their keys, where no record tells which parts there are. */
final class BodyFinder {

    private BodyFinder() {}

    /** The bodies of a message whose first revision is in {@code [from, to)}, with as many parts as there are. */
    static List<DeadBodies.Body> find(Database database, SpoolId id, long from, long to) {
        List<DeadBodies.Body> found = new ArrayList<>();
        KeyScan keys = new KeyScan(Keys.part(id, from, 0));
        while (!keys.isAtEnd()) {
            KeyScan.Page page = keys.page(database);
            keys.take(page);
            for (KeyScan.Entry entry : page.entries()) {
                byte[] key = entry.key();
                if (!Keys.isPart(key)
                        || !Keys.id(key).equals(id)
                        || Long.compareUnsigned(Keys.firstRevision(key), to) >= 0) {
                    return found;
                }
                DeadBodies.Body body = new DeadBodies.Body(id, Keys.firstRevision(key), Keys.ordinal(key) + 1);
                found.removeIf(known -> known.firstRevision() == body.firstRevision());
                found.add(body);
            }
        }
        return found;
    }

    /** Bodies that were being written when their writer ended; {@code damaged} is told of what cannot be read. */
    static List<DeadBodies.Body> unfinished(Database database, Consumer<Damage> damaged) {
        List<DeadBodies.Body> found = new ArrayList<>();
        KeyScan keys = new KeyScan(Keys.unfinished());
        while (!keys.isAtEnd()) {
            KeyScan.Page page = keys.page(database);
            keys.take(page);
            if (page.damage() != null) {
                damaged.accept(page.damage());
            }
            for (KeyScan.Entry entry : page.entries()) {
                if (Keys.isUnfinished(entry.key())) {
                    SpoolId id = Keys.id(entry.key());
                    long first = Keys.firstRevision(entry.key());
                    List<DeadBodies.Body> parts = find(database, id, first, first + 1);
                    found.addAll(parts.isEmpty() ? List.of(new DeadBodies.Body(id, first, 0)) : parts);
                }
            }
        }
        return found;
    }
}
