package dev.spool.relay.receive;

import dev.spool.relay.envelope.Addresses;
import dev.spool.relay.envelope.Envelope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.Session;

/** One mail transaction of one client. Used by the session's thread. */
final class ReceivedMail implements MessageHandler {

    private final Session session;
    private final ClientConnection connection;
    private final Transactions transactions;
    private final Intake intake;
    private final int bytesMax;
    private final InstantSource clock;
    private final List<String> recipients = new ArrayList<>();
    private String sender = "";
    private boolean begun;

    ReceivedMail(Session session, Transactions transactions, Intake intake, int bytesMax, InstantSource clock) {
        this.session = session;
        this.connection = (ClientConnection) session.getSocket();
        this.transactions = transactions;
        this.intake = intake;
        this.bytesMax = bytesMax;
        this.clock = clock;
    }

    @Override
    public void from(String from) throws RejectException {
        if (!transactions.begin()) {
            throw Replies.leaving();
        }
        begun = true;
        connection.transaction(true);
        if (!from.isEmpty() && !Addresses.isHandled(from)) {
            throw Replies.address();
        }
        intake.check();
        sender = from;
    }

    @Override
    public void recipient(String recipient) throws RejectException {
        if (!Addresses.isHandled(recipient)) {
            throw Replies.address();
        }
        recipients.add(recipient);
    }

    @Override
    public String data(InputStream data) throws RejectException, IOException {
        byte[] body;
        connection.data(true);
        try {
            body = data.readNBytes(bytesMax + 1);
            if (body.length > bytesMax) {
                data.transferTo(OutputStream.nullOutputStream());
            }
        } finally {
            connection.data(false);
        }
        try {
            if (body.length > bytesMax) {
                throw Replies.tooLarge();
            }
            Instant now = clock.instant();
            return "2.0.0 stored as " + intake.accept(new Envelope(now, sender, 0, now, recipients), body);
        } catch (RejectException e) {
            // The library leaves the transaction open after a refusal, where RFC 5321, 4.1.1.4, has it over.
            session.resetMailTransaction();
            throw e;
        }
    }

    @Override
    public void done() {
        if (begun) {
            begun = false;
            connection.transaction(false);
            transactions.end();
        }
    }
}
