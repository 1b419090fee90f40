package dev.spool.cli.mail;

import static dev.spool.cli.mail.MailboxTest.messages;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class MailboxPropertyTest {

    @Property(tries = 300)
    void whatIsQuotedAsMboxrdComesBack(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        List<String> parts = List.of("From ", ">", ">From x\n", "\n", "\r\n", "text", "From", " ", "\r");
        List<String> expected = new ArrayList<>();
        StringBuilder mailbox = new StringBuilder();
        for (int message = random.nextInt(4); message >= 0; message--) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            text.append("\n");
            expected.add(text.toString());
            mailbox.append("From somebody\n")
                    .append(text.toString().replaceAll("(?<=^|\n)(>*From )", ">$1"))
                    .append("\n");
        }
        assertThat(messages(mailbox.toString())).isEqualTo(expected);
    }
}
