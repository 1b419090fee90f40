package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolIoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A write-ahead log of another store in a database. RocksDB replays whatever stands under the name of its log, and would make
 * messages of another spool ours. Every batch of ours ends with a {@link LogState}, which says whose it is; the first intact one of
 * a file tells of all.
 *
 * <p>A file is blocks of 32 KiB, of records that do not cross their ends: {@code u32 crc | u16 length | u8 type}, in a file that is
 * used again {@code u32 number of the file}, and the bytes. Types 1 to 4 are a whole batch, and the first, a middle and the last part
 * of one; 5 to 8 the same in a file that is used again. A batch is {@code u64} sequence, {@code u32} count, then entries of a tag,
 * a key, and for a put a value, each with its length before it as a varint.
 */
record ForeignLog(Path file, UUID store) {

    private static final Pattern LOG = Pattern.compile("([0-9]{1,18})\\.log");
    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 7;
    private static final int REUSED_HEADER_BYTES = 11;
    private static final int PARTS = 4;
    private static final int WHOLE = 1;
    private static final int LAST = 4;
    private static final int BATCH_HEADER_BYTES = 12;

    /** How much of a file is held at most. One whose first batch is longer does not tell. */
    private static final int BATCH_BYTES_MAX = 64 << 20;

    private static final byte DELETE = 0;
    private static final byte PUT = 1;

    /** The first one that RocksDB would replay; empty if there is none. */
    static Optional<ForeignLog> in(Path database, UUID ours) throws SpoolIoException {
        try (Stream<Path> files = Files.list(database)) {
            for (Path file : files.filter(ForeignLog::isLog).sorted().toList()) {
                UUID store = storeOf(file);
                if (store != null && !store.equals(ours)) {
                    return Optional.of(new ForeignLog(file, store));
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new SpoolIoException("looking at the write-ahead logs of " + database + " failed: " + e, e);
        }
    }

    private static boolean isLog(Path file) {
        return LOG.matcher(String.valueOf(file.getFileName())).matches();
    }

    /**
     * Requires that there is none.
     *
     * @throws SpoolCorruptException if there is one
     */
    static void requireNone(Path database, UUID ours) throws SpoolCorruptException, SpoolIoException {
        ForeignLog foreign = in(database, ours).orElse(null);
        if (foreign != null) {
            throw new SpoolCorruptException(
                    null,
                    foreign.file().toString(),
                    "it is a write-ahead log of store " + foreign.store() + ", not of " + ours
                            + "; put the right file in its place, or move this one away if there was none");
        }
    }

    /** Null if no batch in it tells. */
    private static @Nullable UUID storeOf(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        int number = (int) Long.parseLong(name.substring(0, name.indexOf('.')));
        try (InputStream in = Files.newInputStream(file)) {
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            for (byte[] block = in.readNBytes(BLOCK_BYTES); block.length > 0; block = in.readNBytes(BLOCK_BYTES)) {
                ByteBuffer at = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
                while (at.remaining() >= REUSED_HEADER_BYTES) {
                    int start = at.position();
                    int length = at.getShort(start + 4) & 0xffff;
                    int type = at.get(start + 6);
                    boolean reused = type > PARTS && type <= 2 * PARTS;
                    int header = reused ? REUSED_HEADER_BYTES : HEADER_BYTES;
                    boolean stale = reused && at.getInt(start + HEADER_BYTES) != number; // of the file's last use
                    boolean tooLong = batch.size() > BATCH_BYTES_MAX;
                    if (type == 0 || stale || tooLong || length > at.remaining() - header) {
                        return null; // here RocksDB's replay ends
                    }
                    int part = reused ? type - PARTS : type;
                    if (part == WHOLE || part == WHOLE + 1) {
                        batch.reset();
                    }
                    batch.write(block, start + header, length);
                    at.position(start + header + length);
                    LogState state = part == WHOLE || part == LAST ? state(batch.toByteArray()) : null;
                    if (state != null) {
                        return state.storeId();
                    }
                }
            }
            return null;
        } catch (NoSuchFileException e) {
            return null; // its owner is done with it
        }
    }

    /** The state that a batch writes; null if it writes none that is intact. */
    private static @Nullable LogState state(byte[] batch) {
        ByteBuffer in = ByteBuffer.wrap(batch);
        try {
            in.position(BATCH_HEADER_BYTES);
            LogState state = null;
            while (in.hasRemaining()) {
                byte tag = in.get();
                if (tag != PUT && tag != DELETE) {
                    return null; // none of ours
                }
                byte[] key = bytes(in);
                byte[] value = tag == PUT ? bytes(in) : new byte[0];
                state = tag == PUT && Arrays.equals(key, Keys.STATE) ? LogState.decode(value) : state;
            }
            return state;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] bytes(ByteBuffer in) {
        int length = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            length |= (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
