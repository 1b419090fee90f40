package dev.spool.relay.receive;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;
import org.subethamail.smtp.server.SessionHandler;

/** The SMTP server, on a socket that listens already. Safe for any thread. */
public final class Receiver implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 1000;
    private static final int RECIPIENTS_MAX = 1000;
    private static final Duration IDLE_MAX = Duration.ofMinutes(5);
    /** How long clients that are cut off may take to close. */
    private static final Duration CUT_OFF_MAX = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(5);

    private final ServerSocketChannel listener;
    private final Transactions transactions;
    private final AcceptGate gate;
    private final SMTPServer server;

    /**
     * @param hostName how the server calls itself
     * @param bytesMax largest message, in bytes
     */
    public Receiver(
            ServerSocketChannel listener,
            Transactions transactions,
            Intake intake,
            String hostName,
            int bytesMax,
            InstantSource clock)
            throws IOException {
        this.listener = listener;
        this.transactions = transactions;
        this.gate = new AcceptGate(listener, transactions);
        this.server = SMTPServer.port(0)
                .hostName(hostName)
                .softwareName("spool-relay")
                .serverSocketFactory(this::gate)
                .messageHandlerFactory(
                        context -> new ReceivedMail((Session) context, transactions, intake, bytesMax, clock))
                .sessionHandler(new Greeting(intake))
                .maxConnections(CONNECTIONS_MAX)
                .maxRecipients(RECIPIENTS_MAX)
                .maxMessageSize(bytesMax)
                .connectionTimeoutMs(Math.toIntExact(IDLE_MAX.toMillis()))
                .build();
    }

    private ServerSocket gate() {
        return gate;
    }

    /** Greets a client, unless the health probe has a reason not to. */
    private record Greeting(Intake intake) implements SessionHandler {
        @Override
        public SessionAcceptance accept(Session session) {
            String reason = intake.unhealthyAtConnect();
            return reason == null ? SessionAcceptance.success() : SessionAcceptance.failure(421, "4.3.2 " + reason);
        }

        @Override
        public void onSessionEnd(Session session) {}
    }

    /** Begins to accept. */
    public void start() {
        server.start();
    }

    public SocketAddress address() throws IOException {
        return listener.getLocalAddress();
    }

    /** How many connections are open. */
    public int connections() {
        return gate.connections();
    }

    /** Takes no further connection, and no further transaction begins; those that are open go on. */
    public void hold() {
        gate.shut();
        transactions.hold();
    }

    /** Waits until no transaction is open; false if some still are after that time. */
    public boolean awaitNoTransaction(Duration timeout) throws InterruptedException {
        return transactions.awaitNone(timeout);
    }

    /** Goes on after {@link #hold}. */
    public void release() {
        transactions.release();
        gate.open();
    }

    /**
     * Ends for good, after {@link #hold}: clients get 421, between transactions at once, and within one after {@code grace}. Who has
     * not gone a while after that is broken off: a client that reads nothing can hear no 421, and would hold up the end of the process.
     */
    public void finish(Duration grace) {
        transactions.finish();
        if (!awaitNoConnection(grace)) {
            transactions.cutOff();
            if (!awaitNoConnection(CUT_OFF_MAX)) {
                gate.breakOff();
            }
        }
    }

    /** Ends the server's threads and breaks off what connections are left; the listening socket stays open. */
    @Override
    public void close() {
        server.stop();
    }

    private boolean awaitNoConnection(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        while (connections() > 0) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }
}
