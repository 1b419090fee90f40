package dev.spool.relay.deliver;

import dev.spool.Message;
import dev.spool.relay.envelope.Envelope;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.net.DefaultSocketFactory;
import org.apache.commons.net.smtp.SMTPClient;
import org.apache.commons.net.smtp.SMTPReply;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the downstream server, kept from one message to the next. Used by one thread, but for {@link #abandon}.
 *
 * <p>Bytes go through as they are, but that a lone line feed becomes a line end, as SMTP wants it.
 */
final class Downstream implements AutoCloseable {

    private static final int CONNECT_MILLIS_MAX = 30_000;

    private final InetSocketAddress address;
    private final String hostName;
    private final Duration timeout;

    private @Nullable SMTPClient open;

    /** Guards what follows against {@link #abandon}. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Socket socket;
    private boolean mayAbandon;
    /** Stays until the next attempt: none of this one's connections may take its place. */
    private boolean abandoned;

    /** Gives the client its sockets, and {@link #abandon} something to close from the first moment on: while it connects too. */
    private final class Sockets extends DefaultSocketFactory {

        @Override
        public Socket createSocket() throws IOException {
            lock.lock();
            try {
                if (abandoned) {
                    throw new IOException("the attempt was abandoned");
                }
                Socket created = super.createSocket();
                socket = created;
                return created;
            } finally {
                lock.unlock();
            }
        }
    }

    Downstream(InetSocketAddress address, String hostName, Duration timeout) {
        this.address = address;
        this.hostName = hostName;
        this.timeout = timeout;
    }

    /** Tries once. A connection that stood idle and is dead by now is replaced first. */
    Attempt deliver(Envelope envelope, Message message) {
        try {
            beginAttempt();
            SMTPClient client = begin(envelope.from());
            return transact(client, envelope, message);
        } catch (Refusal e) {
            return new Attempt(
                    e.forever ? List.of() : envelope.recipients(),
                    e.forever ? envelope.recipients() : List.of(),
                    e.reason);
        } catch (IOException e) {
            close();
            return new Attempt(envelope.recipients(), List.of(), "no connection to " + address + ": " + e.getMessage());
        } finally {
            endAbandonable();
        }
    }

    /** A connection on which the sender has been accepted. */
    private SMTPClient begin(String from) throws IOException, Refusal {
        SMTPClient kept = open;
        if (kept != null) {
            try {
                int code = kept.mail("<" + from + ">");
                if (code != SMTPReply.SERVICE_NOT_AVAILABLE) {
                    check(kept, code);
                    return kept;
                }
            } catch (IOException e) {
                // It has ended while it stood idle, as servers may; nothing of this message was sent. Or it was
                // abandoned,
                // and then there will be no other.
            }
            close();
        }
        SMTPClient client = connect();
        check(client, client.mail("<" + from + ">"));
        return client;
    }

    private SMTPClient connect() throws IOException, Refusal {
        SMTPClient client = new SMTPClient(StandardCharsets.ISO_8859_1.name());
        client.setSocketFactory(new Sockets());
        int millis = Math.toIntExact(timeout.toMillis());
        client.setConnectTimeout(Math.min(millis, CONNECT_MILLIS_MAX));
        client.setDefaultTimeout(millis);
        client.connect(address.getHostString(), address.getPort());
        open = client;
        client.setTcpNoDelay(true);
        checkOrClose(client, client.getReplyCode());
        int code = client.sendCommand("EHLO", hostName);
        checkOrClose(client, SMTPReply.isNegativePermanent(code) ? client.helo(hostName) : code);
        return client;
    }

    private Attempt transact(SMTPClient client, Envelope envelope, Message message) throws IOException, Refusal {
        List<String> taken = new ArrayList<>();
        List<String> deferred = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        String reason = "";
        for (String recipient : envelope.recipients()) {
            int code = client.rcpt("<" + recipient + ">");
            if (SMTPReply.isPositiveCompletion(code)) {
                taken.add(recipient);
            } else {
                reason = reply(client);
                (SMTPReply.isNegativePermanent(code) ? refused : deferred).add(recipient);
            }
        }
        if (taken.isEmpty()) {
            client.reset();
            return new Attempt(deferred, refused, reason);
        }
        try {
            send(client, message);
        } catch (Refusal e) {
            reason = e.reason;
            (e.forever ? refused : deferred).addAll(taken);
            client.reset(); // not every server takes a refusal for the end of the transaction
        }
        return new Attempt(deferred, refused, reason);
    }

    private void send(SMTPClient client, Message message) throws IOException, Refusal {
        Writer data = client.sendMessageData();
        if (data == null) {
            throw refusal(client);
        }
        for (ByteBuffer part : message.body()) {
            data.append(StandardCharsets.ISO_8859_1.decode(part));
        }
        data.flush();
        // From the final dot on the message may be the other side's, and the reply has to be waited for.
        if (!endAbandonable()) {
            throw new IOException("the attempt was abandoned");
        }
        data.close();
        if (!client.completePendingCommand()) {
            throw refusal(client);
        }
    }

    private static void check(SMTPClient client, int code) throws Refusal {
        if (!SMTPReply.isPositiveCompletion(code)) {
            throw refusal(client);
        }
    }

    private void checkOrClose(SMTPClient client, int code) throws Refusal {
        if (!SMTPReply.isPositiveCompletion(code)) {
            Refusal refusal = refusal(client);
            close();
            // The server refuses us, not this message.
            throw new Refusal(false, refusal.reason);
        }
    }

    private static Refusal refusal(SMTPClient client) {
        return new Refusal(SMTPReply.isNegativePermanent(client.getReplyCode()), reply(client));
    }

    private static String reply(SMTPClient client) {
        return String.valueOf(client.getReplyString()).strip();
    }

    private void beginAttempt() {
        lock.lock();
        try {
            mayAbandon = true;
            abandoned = false;
        } finally {
            lock.unlock();
        }
    }

    /** From now on an abandon does nothing; false if there was one in this attempt. */
    private boolean endAbandonable() {
        lock.lock();
        try {
            mayAbandon = false;
            return !abandoned;
        } finally {
            lock.unlock();
        }
    }

    /** Ends an attempt that has not come to the final dot: it fails, and nothing was delivered. Any thread. */
    void abandon() {
        lock.lock();
        try {
            if (mayAbandon) {
                abandoned = true;
                closeSocket();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection, or what has come of one. */
    @Override
    public void close() {
        open = null;
        lock.lock();
        try {
            closeSocket();
        } finally {
            lock.unlock();
        }
    }

    private void closeSocket() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // It has ended already.
        }
    }

    /** A reply that was not a success. */
    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1L;

        private final boolean forever;
        private final String reason;

        Refusal(boolean forever, String reason) {
            super(reason, null, false, false);
            this.forever = forever;
            this.reason = reason;
        }
    }
}
