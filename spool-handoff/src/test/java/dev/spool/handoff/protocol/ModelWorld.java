package dev.spool.handoff.protocol;

import dev.spool.Drainable.DrainReport;
import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import dev.spool.Fingerprint;
import dev.spool.handoff.protocol.ModelServer.Hook;
import dev.spool.handoff.protocol.ModelServer.Spool;
import dev.spool.handoff.protocol.SupervisorMachine.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One state of everything: the supervisor, its journal, the servers, the connections, the lock and the epoch. The machines are the
 * real ones; what they ask for happens here, in one step each, and a process may die between any two.
 */
final class ModelWorld {

    static final SealReport REPORT =
            new SealReport(List.of(new LogRevision(0, 7)), Fingerprint.of(new byte[Fingerprint.SIZE_BYTES]));
    static final int NOBODY = -1;

    SupervisorMachine.@Nullable State supervisor;
    boolean supervisorPaused;
    int incumbent = NOBODY;
    int successor = NOBODY;
    boolean journalHandoff;
    boolean journalTaking;
    UUID journalId = Frame.NO_HANDOFF;
    int journalIncumbent = NOBODY;
    int journalSuccessor = NOBODY;
    int lock = NOBODY;
    int epoch = NOBODY;
    int requests;
    int faults;
    List<ModelServer> servers = new ArrayList<>();
    /** Whether whoever resumes looks at the epoch, and whoever opens at the lock: without them the model must find harm. */
    boolean epochCounts = true;

    boolean lockCounts = true;
    List<String> violations = new ArrayList<>();

    ModelWorld copy() {
        ModelWorld copy = new ModelWorld();
        copy.supervisor = supervisor;
        copy.supervisorPaused = supervisorPaused;
        copy.incumbent = incumbent;
        copy.successor = successor;
        copy.journalHandoff = journalHandoff;
        copy.journalTaking = journalTaking;
        copy.journalId = journalId;
        copy.journalIncumbent = journalIncumbent;
        copy.journalSuccessor = journalSuccessor;
        copy.lock = lock;
        copy.epoch = epoch;
        copy.requests = requests;
        copy.faults = faults;
        copy.epochCounts = epochCounts;
        copy.lockCounts = lockCounts;
        servers.forEach(server -> copy.servers.add(server.copy()));
        copy.violations.addAll(violations);
        return copy;
    }

    Object key() {
        List<Object> key = new ArrayList<>();
        key.add(String.valueOf(supervisor));
        key.add(List.of(incumbent, successor, journalIncumbent, journalSuccessor, lock, epoch, requests, faults));
        key.add(List.of(supervisorPaused, journalHandoff, journalTaking, journalId));
        servers.forEach(server -> key.add(server.key()));
        return key;
    }

    @Nullable
    ModelServer server(int id) {
        return servers.stream().filter(server -> server.id == id).findFirst().orElse(null);
    }

    boolean supervisorRuns() {
        return supervisor != null && !supervisorPaused;
    }

    /** Forgets processes that have ended and that nobody has still to hear of. */
    void bury() {
        servers.removeIf(server -> !server.alive
                && server.id != incumbent
                && server.id != successor
                && server.id != journalIncumbent
                && server.id != journalSuccessor);
        if (server(epoch) == null) {
            epoch = NOBODY;
        }
    }

    ModelServer started() {
        int id = 0;
        while (server(id) != null || epoch == id || lock == id) {
            id++;
        }
        ModelServer server = new ModelServer(id);
        servers.add(server);
        servers.sort((a, b) -> Integer.compare(a.id, b.id));
        return server;
    }

    void die(ModelServer server) {
        server.alive = false;
        server.paused = false;
        server.hangUp();
        server.hooks.clear();
        server.spool = Spool.CLOSED;
        if (lock == server.id) {
            lock = NOBODY;
        }
    }

    /** The supervisor dies: all connections end. */
    void supervisorDies() {
        supervisor = null;
        supervisorPaused = false;
        incumbent = NOBODY;
        successor = NOBODY;
        servers.forEach(ModelServer::supervisorHangsUp);
    }

    /** The server begins to acknowledge: what others have read is out of date from now on. */
    void opens(ModelServer server) {
        server.spool = Spool.OPEN;
        servers.stream().filter(other -> other != server).forEach(other -> other.stale = true);
    }

    /** Runs the actions of a step, or only the first of them. */
    void act(ModelServer server, List<?> actions) {
        for (Object action : actions) {
            if (!server.alive) {
                return;
            }
            if (action instanceof IncumbentAction incumbentAction) {
                actIncumbent(server, incumbentAction);
            } else {
                actSuccessor(server, (SuccessorAction) action);
            }
        }
    }

    private void actIncumbent(ModelServer server, IncumbentAction action) {
        if (action instanceof IncumbentAction.Send send) {
            server.send(send.frame());
        } else if (action instanceof IncumbentAction.Drain) {
            server.resumes = 0;
            server.hooks.add(Hook.DRAIN);
        } else if (action instanceof IncumbentAction.Seal) {
            server.hooks.add(Hook.SEAL);
        } else if (action instanceof IncumbentAction.Resume) {
            server.resumes++;
            server.hooks.remove(Hook.WATCH);
            server.hooks.add(Hook.RESUME);
            if (server.resumes > 1) {
                violations.add("server " + server.id + " resumes twice");
            }
        } else if (action instanceof IncumbentAction.WatchSuccessor) {
            server.hooks.add(Hook.WATCH);
        } else if (action instanceof IncumbentAction.KillSuccessor) {
            servers.stream()
                    .filter(other -> other != server && other.alive && isWatchedBy(server, other))
                    .forEach(this::die);
        } else if (action instanceof IncumbentAction.Refuse refuse) {
            server.hangUp();
        } else if (action instanceof IncumbentAction.Reconnect) {
            server.hangUp();
            server.hooks.add(Hook.CONNECT);
        } else {
            server.hooks.remove(Hook.WATCH);
            server.hooks.add(Hook.EXIT);
        }
    }

    static boolean isWatchedBy(ModelServer incumbent, ModelServer other) {
        return incumbent.incumbent != null
                && ((other.successor != null && other.successor.handoff().equals(incumbent.incumbent.handoff()))
                        || (other.incumbent != null && other.epochOf.equals(incumbent.incumbent.handoff())));
    }

    private void actSuccessor(ModelServer server, SuccessorAction action) {
        if (action instanceof SuccessorAction.Send send) {
            server.send(send.frame());
        } else if (action instanceof SuccessorAction.Verify verify) {
            server.expected = verify.expected();
            server.hooks.add(Hook.VERIFY);
        } else if (action instanceof SuccessorAction.TakeOver) {
            server.hooks.add(Hook.TAKE);
        } else if (action instanceof SuccessorAction.LetGo) {
            server.spool = Spool.CLOSED;
            lock = lock == server.id ? NOBODY : lock;
        } else if (action instanceof SuccessorAction.Become become) {
            server.incumbent = IncumbentMachine.State.SERVING;
            server.epochOf = java.util.Objects.requireNonNull(server.successor).handoff();
            server.successor = null;
            if (!become.connected()) {
                server.hangUp();
                server.hooks.add(Hook.CONNECT);
            }
        } else {
            server.hooks.add(Hook.EXIT);
        }
    }

    void actSupervisor(List<SupervisorAction> actions) {
        for (SupervisorAction action : actions) {
            act(action);
        }
    }

    private void act(SupervisorAction action) {
        if (action instanceof SupervisorAction.StartServer) {
            ModelServer server = started();
            server.incumbent = IncumbentMachine.State.SERVING;
            server.hooks.add(Hook.OPEN);
            incumbent = server.id;
            journalIncumbent = server.id;
        } else if (action instanceof SupervisorAction.StartSuccessor start) {
            ModelServer server = started();
            server.successor = SuccessorMachine.State.waiting(start.handoff());
            server.hooks.add(Hook.CONNECT);
            successor = server.id;
        } else if (action instanceof SupervisorAction.Prepare prepare) {
            toMember(incumbent, new Frame.Prepare(prepare.handoff(), 9, 9, 0, 0));
        } else if (action instanceof SupervisorAction.ToIncumbent to) {
            toMember(incumbent, to.frame());
        } else if (action instanceof SupervisorAction.ToSuccessor to) {
            toMember(successor, to.frame());
        } else if (action instanceof SupervisorAction.KillIncumbent) {
            with(incumbent, this::die);
        } else if (action instanceof SupervisorAction.KillSuccessor) {
            with(successor, this::die);
        } else if (action instanceof SupervisorAction.Promote) {
            incumbent = successor;
            successor = NOBODY;
        } else if (action instanceof SupervisorAction.Journal journal) {
            journalHandoff = true;
            journalId = journal.handoff();
            journalTaking = journal.phase() != SupervisorMachine.Phase.STARTING;
            journalIncumbent = incumbent;
            journalSuccessor = successor;
        } else if (action instanceof SupervisorAction.ClearJournal) {
            journalHandoff = false;
            journalTaking = false;
            journalId = Frame.NO_HANDOFF;
            journalIncumbent = incumbent;
            journalSuccessor = NOBODY;
        }
    }

    private void toMember(int id, Frame frame) {
        with(id, server -> {
            if (server.openAtSupervisor && server.openHere) {
                server.toServer.add(frame);
            }
        });
    }

    private void with(int id, Consumer<ModelServer> use) {
        ModelServer server = server(id);
        if (server != null) {
            use.accept(server);
        }
    }

    boolean overtaken(ModelServer server) {
        return epochCounts && epoch != server.id;
    }

    boolean locked() {
        return lockCounts && lock != NOBODY;
    }

    /** Begins as a supervisor does: by what the journal names and still runs. */
    void supervisorStarts() {
        ModelServer old = server(journalIncumbent);
        ModelServer next = server(journalSuccessor);
        boolean oldRuns = old != null && old.alive;
        boolean nextRuns = next != null && next.alive;
        incumbent = oldRuns ? old.id : NOBODY;
        successor = nextRuns ? next.id : NOBODY;
        SupervisorMachine.State state = oldRuns || nextRuns
                ? SupervisorMachine.State.adopting(journalId, member(oldRuns), member(nextRuns), journalHandoff)
                : SupervisorMachine.State.idle(journalId, Member.NONE);
        Step<SupervisorMachine.State, SupervisorAction> step = SupervisorMachine.begin(state, journalTaking);
        supervisor = step.state();
        actSupervisor(step.actions());
    }

    private static Member member(boolean runs) {
        return runs ? Member.APART : Member.NONE;
    }

    static IncumbentEvent drained() {
        return new IncumbentEvent.DrainDone(new DrainReport(0, true));
    }

    @Override
    public String toString() {
        return "supervisor " + supervisor + (supervisorPaused ? " PAUSED" : "") + " members " + incumbent + ","
                + successor + " journal " + journalHandoff + "," + journalTaking + " lock " + lock + " epoch " + epoch
                + "\n  "
                + String.join("\n  ", servers.stream().map(String::valueOf).toList());
    }
}
