package dev.spool.relay.receive;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** A client's side of an SMTP connection, line by line. */
final class Dialog implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    Dialog(SocketAddress server) throws IOException {
        socket = new Socket();
        socket.connect((InetSocketAddress) server);
        socket.setSoTimeout(60_000);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Connected and greeted. */
    static Dialog greeted(SocketAddress server) throws IOException {
        Dialog dialog = new Dialog(server);
        dialog.reply();
        dialog.ask("EHLO client.example.org");
        return dialog;
    }

    void say(String lines) throws IOException {
        socket.getOutputStream().write(lines.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The last line of the next reply; null at the end of the connection. */
    String reply() throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        return line;
    }

    String ask(String command) throws IOException {
        say(command + "\n");
        return reply();
    }

    /** Everything up to the final dot, which is sent too; the reply is still to be read. */
    void sendMessage(String body) throws IOException {
        ask("MAIL FROM:<a@example.org>");
        ask("RCPT TO:<b@example.net>");
        ask("DATA");
        say(body + "\n.\n");
    }

    boolean hasReply() throws IOException {
        return in.ready();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
