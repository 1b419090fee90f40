package dev.spool.testkit.memory;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a map of versions that may change meanwhile. */
final class VersionReader implements LogReader {

    private final Map<SpoolId, StoredVersion> versions;
    private final Supplier<Head> head;
    private final Supplier<Optional<SealedLog>> sealed;

    VersionReader(Map<SpoolId, StoredVersion> versions, Supplier<Head> head) {
        this(versions, head, Optional::empty);
    }

    VersionReader(Map<SpoolId, StoredVersion> versions, Supplier<Head> head, Supplier<Optional<SealedLog>> sealed) {
        this.versions = versions;
        this.head = head;
        this.sealed = sealed;
    }

    @Override
    public @Nullable SealedLog sealedOnDisk() {
        return sealed.get().orElse(null);
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        StoredVersion version = versions.get(id);
        return version == null ? null : version.read(id, withBody);
    }

    @Override
    public Head head() {
        return head.get();
    }

    /** Goes by the ids that were there at its start, each looked up when its turn comes. */
    @Override
    public LogScan scan() {
        Iterator<SpoolId> ids = List.copyOf(versions.keySet()).iterator();
        return new LogScan() {
            @Override
            public @Nullable Entry next(boolean withEnvelope) {
                while (ids.hasNext()) {
                    SpoolId id = ids.next();
                    StoredVersion version = versions.get(id);
                    if (version != null) {
                        return entry(id, version, withEnvelope);
                    }
                }
                return null;
            }

            @Override
            public String incompleteBecause() {
                return "";
            }

            @Override
            public void close() {}
        };
    }

    private static LogScan.Entry entry(SpoolId id, StoredVersion version, boolean withEnvelope) {
        ByteBuffer nothing = ByteBuffer.allocate(0);
        try {
            ByteBuffer envelope = version.read(id, false).envelope();
            return new LogScan.Entry(id, version.known(), withEnvelope ? envelope : nothing, null);
        } catch (SpoolCorruptException e) {
            return new LogScan.Entry(id, null, nothing, new LogScan.Damage(e.where(), e.why()));
        }
    }
}
