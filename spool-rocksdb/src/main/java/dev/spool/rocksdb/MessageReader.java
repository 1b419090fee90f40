package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads messages of one log and verifies every checksum on the way. Any thread. */
final class MessageReader {

    private final int log;

    MessageReader(int log) {
        this.log = log;
    }

    /** The newest version of a message; null if there is none. */
    @Nullable
    StoredMessage read(Database database, SpoolId id, boolean withBody) throws SpoolException {
        while (true) {
            MessageRecord record = record(database, id);
            if (record == null) {
                return null;
            }
            if (!withBody) {
                return new StoredMessage(record.header().info(), record.envelope(), List.of());
            }
            try {
                List<ByteBuffer> body = body(database, id, record);
                return new StoredMessage(record.header().info(), record.envelope(), body);
            } catch (SpoolCorruptException e) {
                // A body goes when its message is replaced or removed: only one that should be there is damaged.
                MessageRecord now = record(database, id);
                if (now != null && now.header().revision() == record.header().revision()) {
                    throw e;
                }
            }
        }
    }

    /** A message without its body; null if there is none. */
    @Nullable
    MessageRecord record(Database database, SpoolId id) throws SpoolException {
        byte[] key = Keys.message(id);
        byte[] value = database.get(key, id);
        return value == null ? null : MessageRecord.decode(id, log, value, database.at(key));
    }

    private static List<ByteBuffer> body(Database database, SpoolId id, MessageRecord record) throws SpoolException {
        BodyLink link = record.body();
        List<ByteBuffer> parts = new ArrayList<>();
        CRC32C crc = new CRC32C();
        long bytes = 0;
        for (int ordinal = 0; ordinal < link.parts(); ordinal++) {
            byte[] key = Keys.part(id, link.firstRevision(), ordinal);
            byte[] value = database.get(key, id);
            if (value == null) {
                throw new SpoolCorruptException(
                        id, database.at(key), "part " + ordinal + " of " + link.parts() + " of its body is missing");
            }
            ByteBuffer part = BodyPart.decode(id, link, ordinal, value, database.at(key));
            crc.update(part.duplicate());
            bytes += part.remaining();
            parts.add(part);
        }
        if (bytes != record.header().bodyBytes()
                || (int) crc.getValue() != record.header().info().bodyCrc()) {
            throw new SpoolCorruptException(
                    id,
                    database.at(Keys.message(id)),
                    String.format(
                            "its body has %d bytes with checksum %08x instead of %d with %08x",
                            bytes,
                            (int) crc.getValue(),
                            record.header().bodyBytes(),
                            record.header().info().bodyCrc()));
        }
        return parts;
    }
}
