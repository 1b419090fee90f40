package dev.spool.engine.ledger;

import dev.spool.SpoolId;
import dev.spool.engine.ledger.LedgerLine.Step;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a ledger line.
 *
 * <pre>
 *   line   = store / remove
 *   store  = ("s" / "S") SP id SP size SP sha256 LF
 *   remove = ("r" / "R") SP id LF
 *   id     = 32 hex digits      size = 1 to 15 digits      sha256 = 64 hex digits
 * </pre>
 *
 * Small letters announce an operation, capitals its acknowledgement. Hex digits are written in lower case and read in any.
 */
final class LedgerFormat {

    /** Longest line, line feed included. */
    static final int LINE_BYTES_MAX = 2 + 32 + 1 + 15 + 1 + 64 + 1;

    private static final long SIZE_MAX = 999_999_999_999_999L;
    private static final int ID_OFFSET = 2;
    private static final int ID_END = ID_OFFSET + 32;
    private static final int SIZE_OFFSET = ID_END + 1;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private LedgerFormat() {}

    static byte[] encode(Step step, SpoolId id, @Nullable BodyDigest body) {
        if (body == null) {
            byte[] line = new byte[ID_END + 1];
            putStart(line, step, id);
            line[ID_END] = '\n';
            return line;
        }
        if (body.sizeBytes() < 0 || body.sizeBytes() > SIZE_MAX) {
            throw new IllegalArgumentException("a ledger line has no room for a size of " + body.sizeBytes());
        }
        byte[] size = Long.toString(body.sizeBytes()).getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[SIZE_OFFSET + size.length + 1 + 64 + 1];
        putStart(line, step, id);
        line[ID_END] = ' ';
        System.arraycopy(size, 0, line, SIZE_OFFSET, size.length);
        int at = SIZE_OFFSET + size.length;
        line[at] = ' ';
        putHex(line, at + 1, body.sha0());
        putHex(line, at + 17, body.sha1());
        putHex(line, at + 33, body.sha2());
        putHex(line, at + 49, body.sha3());
        line[at + 65] = '\n';
        return line;
    }

    /**
     * Reads the line that is at {@code from} to {@code to}, line feed excluded.
     *
     * @throws IllegalArgumentException if it is none; the message says why, without a place
     */
    static LedgerLine decode(byte[] bytes, int from, int to) {
        if (to - from < ID_END) {
            throw new IllegalArgumentException("only " + (to - from) + " characters");
        }
        Step step = step(bytes[from]);
        requireSpace(bytes, from + 1);
        int idAt = from + ID_OFFSET;
        SpoolId id = new SpoolId(hex(bytes, idAt), hex(bytes, idAt + 16));
        if (step.isRemoval()) {
            if (to - from != ID_END) {
                throw new IllegalArgumentException("more than an id after '" + step.letter() + "'");
            }
            return new LedgerLine(step, id, null);
        }
        int shaAt = to - 64;
        if (shaAt - 1 <= from + SIZE_OFFSET) {
            throw new IllegalArgumentException("no size and SHA-256 after '" + step.letter() + " ID'");
        }
        requireSpace(bytes, from + ID_END);
        requireSpace(bytes, shaAt - 1);
        long size = size(bytes, from + SIZE_OFFSET, shaAt - 1);
        return new LedgerLine(
                step,
                id,
                new BodyDigest(
                        size,
                        hex(bytes, shaAt),
                        hex(bytes, shaAt + 16),
                        hex(bytes, shaAt + 32),
                        hex(bytes, shaAt + 48)));
    }

    private static void putStart(byte[] line, Step step, SpoolId id) {
        line[0] = (byte) step.letter();
        line[1] = ' ';
        putHex(line, ID_OFFSET, id.high());
        putHex(line, ID_OFFSET + 16, id.low());
    }

    private static void putHex(byte[] line, int at, long value) {
        for (int i = 15; i >= 0; i--) {
            line[at + i] = DIGITS[(int) value & 0xf];
            value >>>= 4;
        }
    }

    private static Step step(byte letter) {
        for (Step step : STEPS) {
            if (step.letter() == letter) {
                return step;
            }
        }
        throw new IllegalArgumentException("begins with neither s, S, r nor R");
    }

    private static final Step[] STEPS = Step.values();

    private static void requireSpace(byte[] bytes, int at) {
        if (bytes[at] != ' ') {
            throw new IllegalArgumentException("fields are not separated by one space each");
        }
    }

    private static long size(byte[] bytes, int from, int to) {
        if (to - from > 15) {
            throw new IllegalArgumentException("size of " + (to - from) + " characters");
        }
        long size = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw new IllegalArgumentException("size is not a number");
            }
            size = size * 10 + (bytes[i] - '0');
        }
        return size;
    }

    private static long hex(byte[] bytes, int at) {
        long value = 0;
        for (int i = at; i < at + 16; i++) {
            int digit = Character.digit((char) (bytes[i] & 0xff), 16);
            if (digit < 0) {
                throw new IllegalArgumentException("a hex digit is missing");
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
