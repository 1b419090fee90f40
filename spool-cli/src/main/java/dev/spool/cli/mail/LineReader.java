package dev.spool.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads lines with their ends, as bytes. A line that is longer than the buffer comes in pieces, so that memory is bounded;
 * the questions about a line are answered by its first piece and false for others.
 */
final class LineReader {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] FROM = {'F', 'r', 'o', 'm', ' '};

    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /** The current piece. */
    private int from;

    private int to;
    /** End of what has been read. */
    private int end;

    private boolean lineStart;
    private boolean lineEnd = true;

    LineReader(InputStream input) {
        this.input = input;
    }

    /** Moves to the next piece; false at the end of the input. */
    boolean next() throws IOException {
        lineStart = lineEnd;
        from = to;
        int at = from;
        while (true) {
            for (; at < end; at++) {
                if (buffer[at] == '\n') {
                    return piece(at + 1, true);
                }
            }
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, end - from);
                at -= from;
                end -= from;
                from = 0;
            }
            if (end == buffer.length) {
                return piece(end, false);
            }
            int read = input.read(buffer, end, buffer.length - end);
            if (read < 0) {
                return piece(end, true);
            }
            end += read;
        }
    }

    byte[] buffer() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    boolean isLineEnd() {
        return lineEnd;
    }

    /** A line end alone. */
    boolean isBlank() {
        int length = to - from;
        return lineStart && buffer[to - 1] == '\n' && (length == 1 || (length == 2 && buffer[from] == '\r'));
    }

    /** Begins with {@code From }. */
    boolean isSeparator() {
        return lineStart && beginsWithFrom(from);
    }

    /** Begins with {@code >}, any number of times, and {@code From }. */
    boolean isQuotedSeparator() {
        int at = from;
        while (at < to && buffer[at] == '>') {
            at++;
        }
        return lineStart && at > from && beginsWithFrom(at);
    }

    byte[] copy() {
        return Arrays.copyOfRange(buffer, from, to);
    }

    String text() {
        return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private boolean beginsWithFrom(int at) {
        return to - at >= FROM.length && Arrays.equals(buffer, at, at + FROM.length, FROM, 0, FROM.length);
    }

    private boolean piece(int pieceEnd, boolean endsLine) {
        to = pieceEnd;
        lineEnd = endsLine;
        return to > from;
    }
}
