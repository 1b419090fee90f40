package dev.spool.relay.deliver;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** A downstream server that refuses the recipients it is told to refuse. */
public final class ScriptedDownstream implements AutoCloseable {

    public record Taken(String from, List<String> recipients, String text) {}

    public final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
    final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    /** Reply codes by recipient; whom it does not name gets 250. */
    final Map<String, Integer> refusals = new ConcurrentHashMap<>();

    /** Reply codes to the next data, one each. */
    final BlockingQueue<Integer> dataRefusals = new LinkedBlockingQueue<>();

    /** Opens when the server is to answer final dots; open at first. What they end is in {@link #taken} before. */
    public volatile CountDownLatch answers = new CountDownLatch(0);

    private final SMTPServer server = SMTPServer.port(0)
            .bindAddress(InetAddress.getLoopbackAddress())
            .insertReceivedHeaders(false)
            .messageHandlerFactory(context -> new Handler())
            .build();

    public ScriptedDownstream() {
        server.start();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPortAllocated());
    }

    private final class Handler implements MessageHandler {

        private final List<String> recipients = new ArrayList<>();
        private String sender;

        @Override
        public void from(String from) {
            sender = from;
        }

        @Override
        public void recipient(String recipient) throws RejectException {
            Integer code = refusals.get(recipient);
            if (code != null) {
                refused.add(recipient);
                throw new RejectException(code, "as the test says");
            }
            recipients.add(recipient);
        }

        @Override
        public String data(InputStream data) throws IOException, RejectException {
            Integer code = dataRefusals.poll();
            if (code != null) {
                data.readAllBytes();
                throw new RejectException(code, "as the test says");
            }
            taken.add(new Taken(
                    sender, List.copyOf(recipients), new String(data.readAllBytes(), StandardCharsets.ISO_8859_1)));
            awaitAnswers();
            return "taken";
        }

        private void awaitAnswers() throws IOException {
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void done() {}
    }

    @Override
    public void close() {
        server.stop();
    }
}
