package dev.spool.cli.mail;

import dev.spool.Message;
import java.io.IOException;
import java.time.Instant;

/** Takes what a {@link MailSource} finds. */
public interface MailSink {

    /**
     * A message.
     *
     * @param where the file, and the place in it where it holds several
     * @param storedAt when it was delivered, as far as the file tells
     */
    void message(String where, Message message, Instant storedAt) throws IOException;

    /** Something that is skipped. */
    void skipped(String where, String why);
}
