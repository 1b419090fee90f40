package dev.spool.cli.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private static final Instant MODIFIED = Instant.parse("2000-01-01T00:00:00Z");
    private static final long NO_LIMIT = Long.MAX_VALUE;

    @Test
    void aSeparatorStandsAtTheBeginningOrAfterABlankLine() throws Exception {
        assertThat(messages("From a\none\nFrom b\n\nFrom c\ntwo\n")).containsExactly("one\nFrom b\n", "two\n");
    }

    @Test
    void theBlankLineBeforeASeparatorOrTheEndBelongsToTheMailbox() throws Exception {
        assertThat(messages("From a\none\n\n\nFrom b\ntwo\n\n")).containsExactly("one\n\n", "two\n");
        assertThat(messages("From a\none\n")).containsExactly("one\n");
        assertThat(messages("From a\none")).containsExactly("one");
    }

    @Test
    void aMessageMayBeEmpty() throws Exception {
        assertThat(messages("From a\n\nFrom b\n\nFrom c")).containsExactly("", "", "");
    }

    @Test
    void oneQuoteIsTakenFromAQuotedSeparator() throws Exception {
        assertThat(messages("From a\n>From x\n>>From y\n> From z\n>Fromm\n>from\n"))
                .containsExactly("From x\n>From y\n> From z\n>Fromm\n>from\n");
    }

    @Test
    void lineEndsAreKeptAsTheyAre() throws Exception {
        assertThat(messages("From a\r\none\r\n\r\ntwo\r\r\n\nthree\r\n\r\nFrom b\r\n\0\u00ff\n"))
                .containsExactly("one\r\n\r\ntwo\r\r\n\nthree\r\n", "\0\u00ff\n");
    }

    @Test
    void blankLinesMayStandBeforeTheFirstSeparator() throws Exception {
        assertThat(messages("\n\r\nFrom a\none\n")).containsExactly("one\n");
    }

    @Test
    void anEmptyMailboxHasNoMessages() throws Exception {
        assertThat(messages("")).isEmpty();
        assertThat(messages("\n\n")).isEmpty();
    }

    @Test
    void aFileThatBeginsOtherwiseIsNoMailbox() {
        assertThatThrownBy(() -> messages("Subject: x\n\nFrom a\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a mailbox");
    }

    @Test
    void linesLongerThanAnyBufferAreWhole() throws Exception {
        String line = "x".repeat(200_000) + "From \n>From " + "y".repeat(100_000) + "\n";
        assertThat(messages("From " + "a".repeat(100_000) + "\n" + line + "\nFrom b\nend\n"))
                .containsExactly(line.replace(">From", "From"), "end\n");
    }

    @Test
    void aMessageOverTheLimitIsCountedAndNotKept() throws Exception {
        Mailbox mailbox = new Mailbox(input("From a\n12345678\n\nFrom b\nok\n"), 5, MODIFIED);
        assertThat(mailbox.next()).isTrue();
        assertThat(mailbox.body().isTooLarge()).isTrue();
        assertThat(mailbox.body().sizeBytes()).isEqualTo(9);
        assertThat(mailbox.next()).isTrue();
        assertThat(mailbox.number()).isEqualTo(2);
        assertThat(mailbox.body().build().bodyToArray()).asString().isEqualTo("ok\n");
    }

    @Test
    void aMessageHasTheDateOfItsSeparatorOrOfTheFile() throws Exception {
        assertThat(storedAt("From a@b Sat Feb  3 04:05:06 2001")).isEqualTo("2001-02-03T04:05:06Z");
        assertThat(storedAt("From a@b Sat Feb 13 04:05 2001")).isEqualTo("2001-02-13T04:05:00Z");
        assertThat(storedAt("From 1@xxx Sat Feb  3 04:05:06 +0200 2001")).isEqualTo("2001-02-03T02:05:06Z");
        assertThat(storedAt("From a Sat Feb  3 04:05:06 GMT 2001")).isEqualTo("2001-02-03T04:05:06Z");
        assertThat(storedAt("From a Sat Feb  3 04:05:06 2001 -0130")).isEqualTo("2001-02-03T05:35:06Z");
        for (String none : List.of("From a", "From a Sat Feb 31 04:05:06 2001", "From a Xxx Yyy  3 04:05:06 2001")) {
            assertThat(storedAt(none)).isEqualTo(MODIFIED);
        }
    }

    private static Instant storedAt(String separator) throws IOException {
        Mailbox mailbox = new Mailbox(input(separator + "\n"), NO_LIMIT, MODIFIED);
        assertThat(mailbox.next()).isTrue();
        return mailbox.storedAt();
    }

    static List<String> messages(String text) throws IOException {
        Mailbox mailbox = new Mailbox(input(text), NO_LIMIT, MODIFIED);
        List<String> messages = new ArrayList<>();
        while (mailbox.next()) {
            byte[] body = mailbox.body().build().bodyToArray();
            messages.add(new String(body, StandardCharsets.ISO_8859_1));
        }
        return messages;
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
