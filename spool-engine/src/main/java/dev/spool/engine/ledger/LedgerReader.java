package dev.spool.engine.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a ledger line by line, in bounded memory. A last line without line feed is ignored: its writer was killed before it
 * could act on it. Used by one thread.
 */
public final class LedgerReader implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 << 10;

    private final String source;
    private final InputStream input;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private long lineNumber;

    LedgerReader(String source, InputStream input) {
        this.source = source;
        this.input = input;
    }

    public static LedgerReader open(Path path) throws IOException {
        return new LedgerReader(path.toString(), Files.newInputStream(path));
    }

    /**
     * The next line, or null at the end.
     *
     * @throws LedgerFormatException if it is none
     */
    public @Nullable LedgerLine next() throws IOException {
        int lineFeed = lineFeed();
        if (lineFeed < 0) {
            return null;
        }
        lineNumber++;
        try {
            LedgerLine line = LedgerFormat.decode(buffer, from, lineFeed);
            from = lineFeed + 1;
            return line;
        } catch (IllegalArgumentException e) {
            LedgerFormatException malformed =
                    new LedgerFormatException(source, lineNumber, String.valueOf(e.getMessage()));
            malformed.initCause(e);
            throw malformed;
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    /** Where the line that begins at {@code from} ends, after reading on if need be; -1 if it never does. */
    private int lineFeed() throws IOException {
        int at = from;
        while (true) {
            for (; at < to; at++) {
                if (buffer[at] == '\n') {
                    return at;
                }
            }
            if (to - from > LedgerFormat.LINE_BYTES_MAX) {
                return endOfOverlongLine();
            }
            at -= from;
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
            int read = input.read(buffer, to, buffer.length - to);
            if (read < 0) {
                return -1;
            }
            to += read;
        }
    }

    /** An overlong line is an error only if it ends; at the end of the file it is one more torn line. */
    private int endOfOverlongLine() throws IOException {
        from = 0;
        to = 0;
        for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
            for (int i = 0; i < read; i++) {
                if (buffer[i] == '\n') {
                    throw new LedgerFormatException(source, lineNumber + 1, "longer than any line of a ledger");
                }
            }
        }
        return -1;
    }
}
