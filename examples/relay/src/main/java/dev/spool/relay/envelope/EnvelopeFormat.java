package dev.spool.relay.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Envelopes as bytes: lines of ASCII, each ended by a line feed, in this order.
 *
 * <pre>
 * relay 1                             version
 * received 2026-01-31T12:00:00.123Z
 * from alice@example.org              nothing after the space: the null sender
 * attempts 0
 * due 2026-01-31T12:00:00.123Z
 * to bob@example.net                  once or more
 * </pre>
 *
 * <p>The spool guards the bytes by a checksum; so what does not parse was written by somebody else, and is not guessed at.
 */
public final class EnvelopeFormat {

    private static final String VERSION = "relay 1";
    private static final int FIXED_LINES = 5;

    private EnvelopeFormat() {}

    /** As bytes; times are cut to the millisecond. */
    public static ByteBuffer write(Envelope envelope) {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        line(text, "received", millis(envelope.received()));
        line(text, "from", envelope.from());
        line(text, "attempts", envelope.attempts());
        line(text, "due", millis(envelope.due()));
        envelope.recipients().forEach(recipient -> line(text, "to", recipient));
        return StandardCharsets.US_ASCII.encode(text.toString());
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append(' ').append(value).append('\n');
    }

    private static Instant millis(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * From bytes.
     *
     * @throws MalformedEnvelopeException if they are not exactly such lines
     */
    public static Envelope read(ByteBuffer bytes) throws MalformedEnvelopeException {
        String text = StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
        List<String> lines = text.lines().toList();
        if (lines.size() <= FIXED_LINES || !text.endsWith("\n") || !lines.get(0).equals(VERSION)) {
            throw new MalformedEnvelopeException("not an envelope of version 1 with a recipient");
        }
        String from = value(lines.get(2), "from");
        if (!from.isEmpty()) {
            address(from);
        }
        List<String> recipients = new ArrayList<>();
        for (String line : lines.subList(FIXED_LINES, lines.size())) {
            recipients.add(address(value(line, "to")));
        }
        try {
            return new Envelope(
                    Instant.parse(value(lines.get(1), "received")),
                    from,
                    Integer.parseUnsignedInt(value(lines.get(3), "attempts")),
                    Instant.parse(value(lines.get(4), "due")),
                    recipients);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new MalformedEnvelopeException(e.getMessage() + "");
        }
    }

    private static String value(String line, String name) throws MalformedEnvelopeException {
        if (!line.startsWith(name + " ")) {
            throw new MalformedEnvelopeException("a line does not begin with \"" + name + " \"");
        }
        return line.substring(name.length() + 1);
    }

    private static String address(String address) throws MalformedEnvelopeException {
        if (!Addresses.isHandled(address)) {
            throw new MalformedEnvelopeException("not an address: " + address);
        }
        return address;
    }
}
