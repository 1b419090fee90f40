package dev.spool.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/**
 * Reads a mailbox in the form known as mboxrd, message by message, in bounded memory.
 *
 * <p>A line that begins with {@code From } at the beginning of the file or after a blank line separates messages and belongs
 * to none. The blank line before it, or before the end of the file, belongs to the mailbox as well. A line that begins with
 * one or more {@code >} and then {@code From } loses one {@code >}. All other bytes, line ends included, are the message's.
 */
final class Mailbox {

    private static final byte[] NOTHING = {};

    private final LineReader lines;
    private final long maxBytes;
    private final Instant modified;

    private long number;
    private BodyBuilder body;
    private Instant storedAt;
    /** Whether the separator of the next message has been read, and the time that it told. */
    private boolean separated;

    private Instant nextStoredAt;

    /** @param modified when the file was, for messages whose separator has no date */
    Mailbox(InputStream input, long maxBytes, Instant modified) {
        this.lines = new LineReader(input);
        this.maxBytes = maxBytes;
        this.modified = modified;
        this.body = new BodyBuilder(maxBytes);
        this.storedAt = modified;
        this.nextStoredAt = modified;
    }

    /**
     * Reads the next message.
     *
     * @return false if there is none
     * @throws IOException if reading failed, or this is no mailbox
     */
    boolean next() throws IOException {
        if (!separated && !findFirst()) {
            return false;
        }
        number++;
        storedAt = nextStoredAt;
        separated = false;
        body = new BodyBuilder(maxBytes);
        byte[] blankLine = NOTHING;
        while (lines.next()) {
            if (blankLine.length > 0 && lines.isSeparator()) {
                readSeparator();
                break;
            }
            body.append(blankLine, 0, blankLine.length);
            blankLine = NOTHING;
            if (lines.isBlank()) {
                blankLine = lines.copy();
            } else {
                int quote = lines.isQuotedSeparator() ? 1 : 0;
                body.append(lines.buffer(), lines.from() + quote, lines.to() - lines.from() - quote);
            }
        }
        return true;
    }

    /** The number of the message last read, from 1. */
    long number() {
        return number;
    }

    BodyBuilder body() {
        return body;
    }

    /** When the message last read was delivered. */
    Instant storedAt() {
        return storedAt;
    }

    private boolean findFirst() throws IOException {
        while (lines.next()) {
            if (lines.isSeparator()) {
                readSeparator();
                return true;
            }
            if (!lines.isBlank()) {
                throw new IOException(
                        "not a mailbox: its first line does not begin with 'From '; a single message is named *.eml");
            }
        }
        return false;
    }

    private void readSeparator() throws IOException {
        separated = true;
        nextStoredAt = SeparatorDate.parse(lines.text()).orElse(modified);
        boolean more = true;
        while (more && !lines.isLineEnd()) {
            more = lines.next();
        }
    }
}
