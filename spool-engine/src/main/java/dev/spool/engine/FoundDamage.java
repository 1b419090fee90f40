package dev.spool.engine;

import dev.spool.SpoolId;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The damage met since a spool was opened, by whatever way: at open, by maintenance, by a load or a scan. Each message, or place
 * where none can be named, is told and logged once. Thread-safe.
 */
final class FoundDamage {

    private static final System.Logger LOG = System.getLogger(FoundDamage.class.getName());

    /** Beyond so many no more are remembered or told: the number says enough. */
    private static final int REMEMBERED = 100_000;

    private final Set<Object> found = ConcurrentHashMap.newKeySet();
    private final Consumer<String> first;

    /** @param first is told of each message or place when damage is first met there */
    FoundDamage(Consumer<String> first) {
        this.first = first;
    }

    void met(@Nullable SpoolId id, String where, String why) {
        if (found.size() < REMEMBERED && found.add(id == null ? where : id)) {
            String detail = where + ": " + (id == null ? "" : "message " + id + ": ") + why + "; run spool-fsck";
            LOG.log(Level.ERROR, "damage in {0}", detail);
            first.accept(detail);
        }
    }

    long count() {
        return found.size();
    }
}
