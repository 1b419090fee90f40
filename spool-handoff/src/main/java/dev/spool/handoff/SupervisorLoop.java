package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.protocol.Step;
import dev.spool.handoff.protocol.SupervisorAction;
import dev.spool.handoff.protocol.SupervisorEvent;
import dev.spool.handoff.protocol.SupervisorMachine;
import dev.spool.handoff.protocol.SupervisorMachine.Member;
import dev.spool.handoff.protocol.SupervisorMachine.Phase;
import dev.spool.handoff.protocol.SupervisorMachine.State;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.TimeSource;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A supervisor as {@link SupervisorMachine} drives it: the one thread that turns what happens into steps, and steps into deeds. */
final class SupervisorLoop {

    private static final System.Logger LOG = System.getLogger(SupervisorLoop.class.getName());

    /** How long a member whose connection ended may take to exit before it counts as alive and apart. */
    private static final Duration EXIT = Duration.ofSeconds(1);
    /** For what is already on its way when a time is up. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private static final Duration KILL_AGAIN = Duration.ofSeconds(5);

    private final ServerStarts starts;
    private final Journal journal;
    private final HandoffOptions options;
    private final SupervisorQueue queue;
    private final TimeSource time;
    private final Points points;
    private State state = State.idle(Frame.NO_HANDOFF, Member.NONE);
    private @Nullable SupervisorMember incumbent;
    private @Nullable SupervisorMember successor;
    private @Nullable Connection asking;
    private @Nullable Connection requester;
    private long handoffBegan;
    private long phaseBegan;
    /** How long the phase may take; null for ever. */
    private @Nullable Duration phaseLimit;

    private boolean startedOnce;

    SupervisorLoop(
            ServerStarts starts,
            Journal journal,
            HandoffOptions options,
            SupervisorQueue queue,
            TimeSource time,
            Points points) {
        this.starts = starts;
        this.journal = journal;
        this.options = options;
        this.queue = queue;
        this.time = time;
        this.points = points;
    }

    void run() throws IOException, InterruptedException {
        begin();
        while (true) {
            SupervisorInput input = next();
            if (input instanceof SupervisorInput.Stop) {
                stop();
                return;
            }
            if (input != null) {
                take(input);
            } else {
                arm(state.phase());
                step(new SupervisorEvent.Timeout());
            }
        }
    }

    /** What happens next; null if the phase's time is over before. */
    private @Nullable SupervisorInput next() throws InterruptedException {
        Duration limit = phaseLimit;
        if (limit == null) {
            return queue.take();
        }
        SupervisorInput input = queue.pollNow(); // what has come counts, however late this process is
        Duration left = limit.minus(time.since(phaseBegan));
        while (input == null && left.compareTo(Duration.ZERO) > 0) {
            input = queue.poll(left);
            left = limit.minus(time.since(phaseBegan));
        }
        return input;
    }

    private void begin() throws IOException {
        Journal.Entry entry = journal.read().orElse(new Journal.Entry(null, false, null, null));
        incumbent = running(entry.incumbent());
        successor = running(entry.successor());
        UUID handoff = entry.handoff() == null ? Frame.NO_HANDOFF : entry.handoff();
        boolean any = incumbent != null || successor != null;
        if (any) {
            LOG.log(Level.INFO, "a supervisor before this one left its servers running: {0}", entry);
        }
        perform(SupervisorMachine.begin(
                any
                        ? State.adopting(handoff, member(incumbent), member(successor), entry.handoff() != null)
                        : State.idle(handoff, Member.NONE),
                entry.taking()));
    }

    private @Nullable SupervisorMember running(@Nullable ProcessId id) {
        if (id == null || id.running().isEmpty()) {
            return null;
        }
        queue.postExit(id);
        return new SupervisorMember(id);
    }

    private static Member member(@Nullable SupervisorMember member) {
        return member == null ? Member.NONE : Member.APART;
    }

    private void take(SupervisorInput input) throws IOException {
        if (input instanceof SupervisorInput.Called called) {
            called(called.connection(), called.hello());
        } else if (input instanceof SupervisorInput.Heard heard) {
            heard(heard.connection(), heard.frame());
        } else if (input instanceof SupervisorInput.Ended ended) {
            ended(ended.connection(), ended.why());
        } else if (input instanceof SupervisorInput.Exited exited) {
            exited(exited.process());
        } else if (input instanceof SupervisorInput.StillThere still) {
            if (still.member().connection() == null && still.member() == incumbent) {
                step(new SupervisorEvent.IncumbentLost());
            }
        } else if (input instanceof SupervisorInput.StartDue) {
            startServer();
        } else if (input instanceof SupervisorInput.Declined declined) {
            if (state.phase() == Phase.STARTING && declined.frame().handoff().equals(state.handoff())) {
                step(new SupervisorEvent.FromSuccessor(declined.frame()));
            }
        } else if (input instanceof SupervisorInput.StartFailed failed
                && failed.handoff().equals(state.handoff())) {
            step(new SupervisorEvent.SuccessorGone());
        }
    }

    private void called(Connection connection, Frame.Hello hello) throws IOException {
        SupervisorMember old = incumbent;
        SupervisorMember next = successor;
        boolean stranger = !is(old, hello) && !is(next, hello);
        boolean atRest = state.phase() == Phase.IDLE || state.phase() == Phase.ADOPTING;
        if (hello.role() == Role.REQUESTER) {
            welcome(connection, hello);
        } else if (hello.role() == Role.SUCCESSOR) {
            if (next != null
                    && is(next, hello)
                    && state.phase() == Phase.STARTING
                    && hello.handoff().equals(state.handoff())) {
                welcome(connection, hello);
                next.connected(connection);
                step(new SupervisorEvent.SuccessorConnected());
                return;
            }
            connection.close("no successor is expected");
        } else if (next != null && is(next, hello) && next.connection() == null) {
            welcome(connection, hello);
            next.connected(connection);
            step(new SupervisorEvent.SuccessorServes());
        } else if (old != null && is(old, hello) && old.connection() == null) {
            welcome(connection, hello);
            old.connected(connection);
            step(new SupervisorEvent.IncumbentConnected());
        } else if (stranger && atRest && state.incumbent() != Member.CONNECTED) {
            // Whoever says that it serves owns the spool: a server that an earlier supervisor could not write down.
            welcome(connection, hello);
            SupervisorMember found = new SupervisorMember(ProcessId.of(hello.pid()));
            queue.postExit(found.id());
            found.connected(connection);
            incumbent = found;
            step(new SupervisorEvent.IncumbentConnected());
            write(new Journal.Entry(null, false, found.id(), null));
        } else {
            connection.close("another server is connected");
        }
    }

    private static boolean is(@Nullable SupervisorMember member, Frame.Hello hello) {
        return member != null && member.id().pid() == hello.pid();
    }

    private void welcome(Connection connection, Frame.Hello hello) {
        connection.send(new Frame.Welcome(hello.handoff(), FrameFormat.VERSION));
        connection.start(hello.role() + "-" + hello.pid(), hello.role(), new Connection.Listener() {
            @Override
            public void heard(Frame frame) {
                queue.post(new SupervisorInput.Heard(connection, frame));
            }

            @Override
            public void ended(String why) {
                queue.post(new SupervisorInput.Ended(connection, why));
            }
        });
    }

    private void heard(Connection connection, Frame frame) throws IOException {
        SupervisorMember old = incumbent;
        SupervisorMember next = successor;
        if (old != null && old.connection() == connection) {
            step(new SupervisorEvent.FromIncumbent(frame));
        } else if (next != null && next.connection() == connection) {
            step(new SupervisorEvent.FromSuccessor(frame));
        } else if (frame instanceof Frame.Request) {
            asking = connection;
            step(new SupervisorEvent.Requested(UUID.randomUUID()));
        }
    }

    private void ended(Connection connection, String why) throws IOException {
        SupervisorMember old = incumbent;
        SupervisorMember next = successor;
        if (old != null && old.connection() == connection) {
            LOG.log(Level.INFO, "the connection to the server is over: {0}", why);
            old.apart();
            queue.postLater(new SupervisorInput.StillThere(old), EXIT);
        } else if (next != null && next.connection() == connection) {
            LOG.log(Level.INFO, "the connection to the new server is over: {0}", why);
            next.apart();
            step(new SupervisorEvent.SuccessorLost());
        } else if (connection == requester) {
            requester = null;
        }
    }

    private void exited(ProcessId process) throws IOException {
        SupervisorMember old = incumbent;
        SupervisorMember next = successor;
        if (old != null && old.id().equals(process)) {
            LOG.log(Level.INFO, "the server has ended: {0}", process);
            old.hangUp("its process has ended");
            incumbent = null;
            step(new SupervisorEvent.IncumbentGone());
        } else if (next != null && next.id().equals(process)) {
            LOG.log(Level.INFO, "the new server has ended: {0}", process);
            next.hangUp("its process has ended");
            successor = null;
            step(new SupervisorEvent.SuccessorGone());
        }
    }

    private void step(SupervisorEvent event) throws IOException {
        perform(SupervisorMachine.next(state, event));
    }

    private void perform(Step<State, SupervisorAction> step) throws IOException {
        Phase before = state.phase();
        state = step.state();
        if (state.phase() != before) {
            arm(state.phase());
        }
        try {
            for (SupervisorAction action : step.actions()) {
                String name = name(action);
                points.reached("before " + name);
                act(action);
                points.reached("after " + name);
            }
        } finally {
            if (state.phase() != before) {
                LOG.log(Level.INFO, "supervisor: {0}, was {1}", state.phase(), before); // not first: servers wait
            }
        }
    }

    private static String name(SupervisorAction action) {
        String kind = "";
        if (action instanceof SupervisorAction.ToIncumbent to) {
            kind = " " + to.frame().kind();
        } else if (action instanceof SupervisorAction.ToSuccessor to) {
            kind = " " + to.frame().kind();
        } else if (action instanceof SupervisorAction.Journal to) {
            kind = " " + to.phase();
        }
        return "supervisor " + action.getClass().getSimpleName() + kind;
    }

    private void act(SupervisorAction action) throws IOException {
        if (action instanceof SupervisorAction.StartServer) {
            queue.postLater(new SupervisorInput.StartDue(), starts.pause());
        } else if (action instanceof SupervisorAction.StartSuccessor start) {
            startSuccessor(start.handoff());
        } else if (action instanceof SupervisorAction.Prepare prepare) {
            toIncumbent(prepare(prepare.handoff()));
        } else if (action instanceof SupervisorAction.ToIncumbent to) {
            toIncumbent(to.frame());
        } else if (action instanceof SupervisorAction.ToSuccessor to) {
            toSuccessor(to.frame());
        } else if (action instanceof SupervisorAction.KillIncumbent) {
            kill(incumbent);
        } else if (action instanceof SupervisorAction.KillSuccessor) {
            kill(successor);
        } else if (action instanceof SupervisorAction.Promote) {
            promote();
        } else if (action instanceof SupervisorAction.Journal note) {
            write(new Journal.Entry(note.handoff(), note.phase() != Phase.STARTING, id(incumbent), id(successor)));
        } else if (action instanceof SupervisorAction.ClearJournal) {
            write(new Journal.Entry(null, false, id(incumbent), null));
        } else {
            tell(action);
        }
    }

    private void promote() {
        SupervisorMember next = successor;
        Connection connection = next == null ? null : next.connection();
        if (connection != null) {
            connection.speaksAs(Role.INCUMBENT);
        }
        incumbent = next;
        successor = null;
    }

    private void tell(SupervisorAction action) {
        Connection now = requester;
        if (action instanceof SupervisorAction.Progress progress) {
            LOG.log(Level.INFO, "handoff {0}: {1}", state.handoff(), progress.text());
            if (now != null) {
                now.send(new Frame.Progress(state.handoff(), progress.text()));
            }
        } else if (action instanceof SupervisorAction.Finish finish) {
            LOG.log(Level.INFO, "handoff {0} ended: {1}", state.handoff(), finish.text());
            requester = null;
            if (now != null) {
                now.send(new Frame.Outcome(state.handoff(), finish.committed(), finish.text()));
            }
        } else if (action instanceof SupervisorAction.Deny deny && asking != null) {
            asking.send(new Frame.Outcome(Frame.NO_HANDOFF, false, deny.text()));
            asking = null;
        }
    }

    private void startServer() throws IOException {
        if (state.phase() != Phase.IDLE || incumbent != null) {
            return; // another has come by itself meanwhile
        }
        Process process;
        try {
            process = starts.start(null);
        } catch (IOException e) {
            if (!startedOnce) {
                throw e;
            }
            LOG.log(Level.ERROR, "the server cannot be started; trying again", e);
            queue.postLater(new SupervisorInput.StartDue(), starts.pause());
            return;
        }
        SupervisorMember started = new SupervisorMember(ProcessId.of(process.toHandle()));
        queue.postExit(process, started.id());
        incumbent = started;
        startedOnce = true;
        points.reached("started a server");
        write(new Journal.Entry(null, false, started.id(), null));
    }

    private void startSuccessor(UUID handoff) {
        requester = asking;
        asking = null;
        handoffBegan = time.nanoTime();
        arm(Phase.STARTING);
        try {
            Process process = starts.start(handoff);
            SupervisorMember started = new SupervisorMember(ProcessId.of(process.toHandle()));
            successor = started;
            queue.postExit(process, started.id());
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the new server cannot be started", e);
            queue.post(new SupervisorInput.StartFailed(handoff));
        }
    }

    private Frame.Prepare prepare(UUID handoff) {
        ProcessId next = successor == null ? new ProcessId(-1, 0) : successor.id();
        Duration left = options.deadline().minus(time.since(handoffBegan));
        return new Frame.Prepare(
                handoff, Math.max(0, left.toMillis()), options.drainGrace().toMillis(), next.pid(), next.start());
    }

    private void toIncumbent(Frame frame) {
        if (incumbent != null) {
            incumbent.send(frame);
        }
    }

    private void toSuccessor(Frame frame) {
        if (successor != null) {
            successor.send(frame);
        }
    }

    private static void kill(@Nullable SupervisorMember member) {
        if (member != null) {
            member.id().kill();
        }
    }

    private static @Nullable ProcessId id(@Nullable SupervisorMember member) {
        return member == null ? null : member.id();
    }

    private void write(Journal.Entry entry) throws IOException {
        journal.write(entry);
    }

    /** Sets when the phase counts as too long. */
    private void arm(Phase phase) {
        phaseBegan = time.nanoTime();
        Duration left = options.deadline().plus(SLACK).minus(time.since(handoffBegan));
        Duration drain = options.drainGrace().plus(SLACK);
        phaseLimit = switch (phase) {
            case IDLE -> null;
            case DRAINING -> drain.compareTo(left) < 0 ? drain : left;
            case STARTING, SEALING, VERIFYING, TAKING -> left;
            case COMMITTING -> options.exitGrace();
            case STOPPING -> KILL_AGAIN;
            case RESUMING, ADOPTING -> options.deadline();
        };
    }

    /** Ends the servers in good order, and leaves nothing to a next supervisor. */
    private void stop() throws IOException, InterruptedException {
        for (SupervisorMember member : new SupervisorMember[] {successor, incumbent}) {
            if (member == null) {
                continue;
            }
            LOG.log(Level.INFO, "stopping {0}", member.id());
            member.id().running().ifPresent(ProcessHandle::destroy);
            if (!member.id().awaitEnd(options.exitGrace(), time)) {
                member.id().kill();
                member.id().awaitEnd(options.deadline(), time);
            }
        }
        journal.delete();
    }
}
