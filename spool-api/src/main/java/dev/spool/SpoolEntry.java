package dev.spool;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One result of a {@link SpoolScan}: a message, or a place where there is damage instead. */
public sealed interface SpoolEntry {

    /** A message. */
    final class Item implements SpoolEntry {

        /** Reads a message on demand. */
        @FunctionalInterface
        public interface Source {
            Optional<Message> load(SpoolId id) throws SpoolException;
        }

        private final SpoolId id;
        private final MessageInfo info;
        private final ByteBuffer envelope;
        private final Source source;

        public Item(SpoolId id, MessageInfo info, ByteBuffer envelope, Source source) {
            this.id = id;
            this.info = info;
            this.envelope = envelope.asReadOnlyBuffer();
            this.source = source;
        }

        public SpoolId id() {
            return id;
        }

        /** Sizes, checksums and revisions. */
        public MessageInfo info() {
            return info;
        }

        /** Length of the body in bytes. */
        public long bodyBytes() {
            return info.bodyBytes();
        }

        /** Length of the envelope in bytes, also when the scan was ids-only. */
        public int envelopeBytes() {
            return info.envelopeBytes();
        }

        public Instant storedAt() {
            return info.storedAt();
        }

        /** The envelope, a fresh read-only view; no bytes remaining if there is none or the scan was ids-only. */
        public ByteBuffer envelope() {
            return envelope.duplicate();
        }

        /**
         * Reads the message as it is now.
         *
         * @return empty if it was removed since the scan passed it
         * @throws SpoolCorruptException if it is damaged
         */
        public Optional<Message> message() throws SpoolException {
            return source.load(id);
        }

        @Override
        public String toString() {
            return "Item[" + id + ", " + info + "]";
        }
    }

    /**
     * Damage found by the scan, which goes on past it.
     *
     * @param id the message that is damaged, where that is known
     * @param where file and offset, or the nearest thing the backend can name
     * @param why what was expected and what was found
     */
    record Corrupt(@Nullable SpoolId id, String where, String why) implements SpoolEntry {}
}
