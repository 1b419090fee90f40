package dev.spool.relay.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * A client that sends message after message, some on each connection. Whatever is not accepted it sends again, under the same id. Used
 * by one thread.
 */
final class LoadClient implements Runnable {

    private static final int MESSAGES_EACH = 20;
    private static final int REPLY_MILLIS_MAX = 120_000;

    /** How it behaves between and within its messages. */
    enum Manner {
        /** Sends as fast as it gets replies. */
        STEADY,
        /** Waits between its messages. */
        IDLE,
        /** Waits within the data. */
        SLOW
    }

    private static final int PAUSE_MILLIS = 300;
    private static final int ENOUGH_MILLIS = 5;

    private final InetSocketAddress server;
    private final String name;
    private final Manner manner;
    private final Tally tally;
    private final LongPredicate enough;
    private final BooleanSupplier over;
    private long sent;

    LoadClient(
            InetSocketAddress server,
            String name,
            Manner manner,
            Tally tally,
            LongPredicate enough,
            BooleanSupplier over) {
        this.server = server;
        this.name = name;
        this.manner = manner;
        this.tally = tally;
        this.enough = enough;
        this.over = over;
    }

    /** The server said that it will hear no more on this connection. */
    private static final class SentAway extends Exception {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void run() {
        while (!over.getAsBoolean()) {
            try (Socket socket = new Socket()) {
                connect(socket);
                converse(socket);
            } catch (ConnectException e) {
                tally.refused.increment();
                tally.note(name + ": " + e);
            } catch (IOException e) {
                tally.reset.increment();
                tally.note(name + ": " + e);
            } catch (SentAway e) {
                tally.sentAway.increment();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void connect(Socket socket) throws IOException {
        socket.connect(server, REPLY_MILLIS_MAX);
        tally.connections.increment();
        socket.setSoTimeout(REPLY_MILLIS_MAX);
        socket.setTcpNoDelay(true);
    }

    private void converse(Socket socket) throws IOException, SentAway, InterruptedException {
        OutputStream out = socket.getOutputStream();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        if (reply(in) != 220 || ask(out, in, "EHLO load.example.org") != 250) {
            throw new IOException("not greeted");
        }
        for (int i = 0; i < MESSAGES_EACH && !over.getAsBoolean(); i++) {
            if (manner == Manner.IDLE) {
                Thread.sleep(PAUSE_MILLIS);
            }
            while (enough.test(tally.acceptedCount()) && !over.getAsBoolean()) {
                Thread.sleep(ENOUGH_MILLIS);
            }
            send(out, in);
        }
        ask(out, in, "QUIT");
    }

    private void send(OutputStream out, BufferedReader in) throws IOException, SentAway, InterruptedException {
        String id = name + "-" + sent;
        byte[] message = LoadMessage.make(id, 1 << (10 + (int) (sent % 5)));
        if (goesOn(ask(out, in, "MAIL FROM:<load@example.org>"))
                && goesOn(ask(out, in, "RCPT TO:<sink@example.net>"))
                && goesOn(ask(out, in, "DATA"))) {
            if (manner == Manner.SLOW) {
                out.write(stuffed(Arrays.copyOf(message, message.length / 2)));
                out.flush();
                Thread.sleep(PAUSE_MILLIS);
                message = Arrays.copyOfRange(message, message.length / 2, message.length);
            }
            out.write(stuffed(message));
            if (goesOn(ask(out, in, "."))) {
                tally.accepted(id);
                sent++;
                return;
            }
        }
        goesOn(ask(out, in, "RSET"));
    }

    /** With a second dot at the start of each line that begins with one. */
    private static byte[] stuffed(byte[] message) {
        return new String(message, StandardCharsets.ISO_8859_1)
                .replace("\r\n.", "\r\n..")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private boolean goesOn(int code) {
        if (code / 100 == 4) {
            tally.deferred.increment();
        } else if (code / 100 == 5) {
            tally.rejected.increment();
        }
        return code < 400;
    }

    private static int ask(OutputStream out, BufferedReader in, String command) throws IOException, SentAway {
        out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return reply(in);
    }

    private static int reply(BufferedReader in) throws IOException, SentAway {
        String line;
        do {
            line = in.readLine();
            if (line == null || line.length() < 3) {
                throw new IOException("the connection ended without a reply" + (line == null ? "" : ": " + line));
            }
        } while (line.length() > 3 && line.charAt(3) == '-');
        int code = Integer.parseInt(line.substring(0, 3));
        if (code == 421) {
            throw new SentAway();
        }
        return code;
    }
}
