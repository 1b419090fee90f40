package dev.spool.relay.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines that the relay keeps beside a message. */
class EnvelopeFormatTest {

    private static final String TEXT = """
            relay 1
            received 2026-01-31T12:00:00.123Z
            from alice@example.org
            attempts 3
            due 2026-02-01T00:00:00Z
            to bob@example.net
            to carol@example.net
            """;
    private static final Envelope ENVELOPE = new Envelope(
            Instant.parse("2026-01-31T12:00:00.123Z"),
            "alice@example.org",
            3,
            Instant.parse("2026-02-01T00:00:00Z"),
            List.of("bob@example.net", "carol@example.net"));

    private static Envelope read(String text) throws MalformedEnvelopeException {
        return EnvelopeFormat.read(StandardCharsets.UTF_8.encode(text));
    }

    @Test
    void standsAsDocumented() throws Exception {
        assertThat(StandardCharsets.UTF_8.decode(EnvelopeFormat.write(ENVELOPE)).toString())
                .isEqualTo(TEXT);
        assertThat(read(TEXT)).isEqualTo(ENVELOPE);
    }

    @Test
    void keepsTheNullSender() throws Exception {
        Envelope bounce = new Envelope(ENVELOPE.received(), "", 0, ENVELOPE.due(), List.of("bob@example.net"));
        assertThat(EnvelopeFormat.read(EnvelopeFormat.write(bounce))).isEqualTo(bounce);
    }

    @Test
    void whatIsCutOffAnywhereIsMalformedOrNamesNoPartOfAnAddress() {
        for (int length = 0; length < TEXT.length(); length++) {
            String cut = TEXT.substring(0, length);
            if (cut.endsWith("bob@example.net\n")) {
                continue; // an envelope with one recipient less; the spool's checksum is what tells
            }
            assertThatThrownBy(() -> read(cut)).as(cut).isInstanceOf(MalformedEnvelopeException.class);
        }
    }

    @Test
    void whatTheRelayWouldNotWriteIsMalformed() {
        for (String[] change : new String[][] {
            {"relay 1", "relay 2"},
            {"received 2026", "received yesterday"},
            {"from alice", "from al ice"},
            {"from ", "form "},
            {"attempts 3", "attempts -1"},
            {"attempts 3", "attempts 4294967295"},
            {"to bob@example.net", "to "},
            {"to bob", "to <bob"},
            {"to bob", "to b\u00f6b"},
            {"due 2026-02-01T00:00:00Z\n", ""}
        }) {
            String changed = TEXT.replace(change[0], change[1]);
            assertThat(changed).isNotEqualTo(TEXT);
            assertThatThrownBy(() -> read(changed)).as(changed).isInstanceOf(MalformedEnvelopeException.class);
        }
    }
}
