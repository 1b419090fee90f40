package dev.spool.handoff;

import dev.spool.Spool;
import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.ControlSocket;
import dev.spool.handoff.transport.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A handoff within this process: an incumbent and a successor as in a real one, over a socket of its own, and of a supervisor what it
 * says when all goes well. Used by one thread, once.
 */
final class RehearsedHandoff implements Closeable {

    private static final String NAME = "rehearsal";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HandoffServer SERVER = spool -> List.of(NAME);

    /** Of no process, so that nobody is watched or killed, whatever happens. */
    private static final ProcessId NOBODY = new ProcessId(-1, 0);

    private final UUID handoff = new UUID(1, 1);
    private final Connection.Timing timing = HandoffOptions.DEFAULTS.timing(TimeSource.SYSTEM);
    private final ControlSocket control;
    private final MemberLink incumbentLink;
    private final MemberLink successorLink;
    private final List<RehearsedPeer> peers = new CopyOnWriteArrayList<>();

    /** Until the spool that it opened is the caller's. */
    private @Nullable FutureTask<SuccessorShell.Result> successor;

    /** @param socket a name under which there is nothing yet */
    RehearsedHandoff(Path socket) throws IOException {
        control = ControlSocket.bind(socket);
        incumbentLink = new MemberLink(NAME, socket, timing, Points.NONE);
        successorLink = new MemberLink(NAME, socket, timing, Points.NONE);
    }

    /**
     * Hands a spool over.
     *
     * @return as the successor opened it
     * @throws IOException if anything goes another way than it should, or takes too long
     */
    Spool of(Spool spool, SuccessorShell.Taking taking) throws IOException, InterruptedException {
        FutureTask<Boolean> supervisor = begun("supervisor", this::supervise);
        FutureTask<HandoffEnd> incumbent = begun("incumbent", () -> incumbent(spool));
        FutureTask<SuccessorShell.Result> taker = begun("successor", () -> successor(taking));
        successor = taker;
        ended(supervisor);
        HandoffEnd end = ended(incumbent);
        Spool opened = ended(taker).spool();
        if (end.kind() != HandoffEnd.Kind.HANDED_OVER || opened == null) {
            throw new IOException("the rehearsed handoff ended otherwise: " + end);
        }
        successor = null;
        return opened;
    }

    private HandoffEnd incumbent(Spool spool) throws Exception {
        Connection connection = incumbentLink.connect(Role.INCUMBENT, Frame.NO_HANDOFF);
        return new IncumbentShell(spool, SERVER, incumbentLink, TimeSource.SYSTEM, Points.NONE).run(connection);
    }

    private SuccessorShell.Result successor(SuccessorShell.Taking taking) throws Exception {
        Connection connection = successorLink.connect(Role.SUCCESSOR, handoff);
        return new SuccessorShell(taking, SERVER, successorLink, connection, handoff, Points.NONE).run();
    }

    private boolean supervise() throws IOException, InterruptedException {
        RehearsedPeer first = greeted();
        RehearsedPeer second = greeted();
        boolean inOrder = first.role() == Role.INCUMBENT;
        converse(inOrder ? first : second, inOrder ? second : first);
        return true;
    }

    private RehearsedPeer greeted() throws IOException {
        RehearsedPeer peer = new RehearsedPeer(control, timing);
        peers.add(peer);
        return peer;
    }

    private void converse(RehearsedPeer incumbent, RehearsedPeer successor) throws IOException, InterruptedException {
        long millis = PATIENCE.toMillis();
        incumbent.say(new Frame.Prepare(handoff, millis, millis, NOBODY.pid(), NOBODY.start()));
        incumbent.hear(Frame.Drained.class);
        incumbent.say(new Frame.Seal(handoff));
        successor.say(
                new Frame.Begin(handoff, incumbent.hear(Frame.Sealed.class).report()));
        successor.hear(Frame.Verified.class);
        successor.say(new Frame.Take(handoff));
        successor.hear(Frame.Ready.class);
        incumbent.say(new Frame.Commit(handoff));
        successor.say(new Frame.Settled(handoff));
    }

    private static <T> FutureTask<T> begun(String name, Callable<T> part) {
        FutureTask<T> task = new FutureTask<>(part);
        Thread thread = new Thread(task, "spool-rehearsal-" + name);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static <T> T ended(FutureTask<T> task) throws IOException, InterruptedException {
        try {
            return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the rehearsed handoff failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the rehearsed handoff takes longer than " + PATIENCE.toSeconds() + " s", e);
        }
    }

    /** Ends whoever is still at it: by word, since one that misses its supervisor would look for it. */
    @Override
    public void close() throws IOException {
        incumbentLink.post(new MemberEvent.Stop());
        successorLink.post(new MemberEvent.Stop());
        try {
            control.close();
        } finally {
            peers.forEach(RehearsedPeer::close);
            closeLeft();
        }
    }

    /** What a successor that had got so far opened, though the rest failed. */
    private void closeLeft() throws IOException {
        FutureTask<SuccessorShell.Result> taker = successor;
        if (taker == null) {
            return;
        }
        Spool left = null;
        try {
            left = ended(taker).spool();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            return; // it failed, and has nothing open
        }
        if (left != null) {
            left.close();
        }
    }
}
