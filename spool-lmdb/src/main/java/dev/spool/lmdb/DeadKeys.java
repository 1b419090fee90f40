package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records that the last batch has left without an owner. They stay until the next transaction, so that the batch can be taken
 * back while nobody has been told of it, and are listed in its transaction, so that they are found after a crash.
 *
 * <p>Encoded, little-endian: {@code u32 CRC-32C of the rest}, then for each key {@code u16 bytes | key}.
 */
final class DeadKeys {

    static final DeadKeys NONE = new DeadKeys(List.of());

    private static final byte[] KEY = "dead".getBytes(StandardCharsets.US_ASCII);

    private final List<byte[]> keys;

    DeadKeys(List<byte[]> keys) {
        this.keys = keys;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** These and others. */
    DeadKeys and(DeadKeys others) {
        if (isEmpty() || others.isEmpty()) {
            return isEmpty() ? others : this;
        }
        List<byte[]> all = new ArrayList<>(keys);
        all.addAll(others.keys);
        return new DeadKeys(all);
    }

    boolean contains(byte[] key) {
        return keys.stream().anyMatch(dead -> Arrays.equals(dead, key));
    }

    /** The messages that they belonged to. */
    List<SpoolId> ids() {
        return keys.stream().map(Keys::id).toList();
    }

    /** Those that are on disk; null if the list is damaged, because nothing may be deleted on its word then. */
    static @Nullable DeadKeys read(TreeReader trees) throws SpoolException {
        byte[] bytes = trees.get(Tree.STATE, KEY);
        if (bytes == null) {
            return NONE;
        }
        if (bytes.length < 4) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != RecordHeader.crc(in, 4, bytes.length)) {
            return null;
        }
        List<byte[]> keys = new ArrayList<>();
        while (in.remaining() > 2) {
            byte[] key = new byte[in.getShort() & 0xffff];
            in.get(key);
            keys.add(key);
        }
        return new DeadKeys(keys);
    }

    /** Lists these instead of those that are listed, in the same transaction that leaves them behind. */
    void write(Transaction transaction) throws SpoolException {
        if (keys.isEmpty()) {
            transaction.delete(Tree.STATE, KEY);
            return;
        }
        int bytes = keys.stream().mapToInt(key -> 2 + key.length).sum();
        ByteBuffer out =
                ByteBuffer.allocate(4 + bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0);
        keys.forEach(key -> out.putShort((short) key.length).put(key));
        out.putInt(0, RecordHeader.crc(out, 4, out.capacity()));
        transaction.put(Tree.STATE, KEY, out.array());
    }

    /** Deletes the records; those that are gone already do no harm. */
    void delete(Transaction transaction) throws SpoolException {
        for (byte[] key : keys) {
            transaction.delete(Tree.RECORDS, key);
        }
    }
}
