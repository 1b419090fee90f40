package dev.spool.relay.load;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * A message that can be told from all others, and checked on its own: header {@code X-Load-Id} names it, {@code X-Load-Check} is the CRC-32C
 * of its body.
 */
final class LoadMessage {

    private static final String ID = "X-Load-Id: ";
    private static final String CHECK = "X-Load-Check: ";
    private static final int LINE = 76;

    /**
     * One that arrived.
     *
     * @param intact whether its body is what was sent
     */
    record Arrived(String id, boolean intact) {}

    private LoadMessage() {}

    /** A message with a body of at least that many bytes, all lines ended as SMTP wants them; the body is made from the id. */
    static byte[] make(String id, int bodyBytes) {
        SplittableRandom random = new SplittableRandom(id.hashCode());
        StringBuilder body = new StringBuilder(bodyBytes + LINE + 2);
        while (body.length() < bodyBytes) {
            for (int i = 0; i < LINE; i++) {
                body.append((char) ('.' + random.nextInt(64))); // lines that begin with a dot too
            }
            body.append("\r\n");
        }
        String head = "From: <load@example.org>\r\nTo: <sink@example.net>\r\nSubject: load\r\n" + ID + id + "\r\n"
                + CHECK + check(body.toString()) + "\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String check(String body) {
        CRC32C crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(crc.getValue());
    }

    /** Reads one; empty if it is no such message. */
    static Optional<Arrived> read(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String id = null;
        String check = "";
        for (String line : text.substring(0, Math.max(0, end)).split("\r\n", -1)) {
            if (line.startsWith(ID)) {
                id = line.substring(ID.length());
            } else if (line.startsWith(CHECK)) {
                check = line.substring(CHECK.length());
            }
        }
        return id == null
                ? Optional.empty()
                : Optional.of(new Arrived(id, check(text.substring(end + 4)).equals(check)));
    }
}
