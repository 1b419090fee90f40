package dev.spool.handoff.protocol;

import dev.spool.handoff.protocol.ModelServer.Hook;
import dev.spool.handoff.protocol.ModelServer.Spool;
import dev.spool.handoff.protocol.SupervisorMachine.Member;
import dev.spool.handoff.protocol.SupervisorMachine.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Everything that may happen next in a {@link ModelWorld}. */
final class ModelMoves {

    private final ModelWorld world;
    private final int faultsMax;
    private final int requestsMax;
    private final List<Move> moves = new ArrayList<>();

    private ModelMoves(ModelWorld world, int faultsMax, int requestsMax) {
        this.world = world;
        this.faultsMax = faultsMax;
        this.requestsMax = requestsMax;
    }

    /** Whether a move is bound to be possible, is a misfortune, or ends one. */
    enum Kind {
        ORDINARY,
        FAULT,
        /** A stopped server that has the spool goes on. */
        AWAITED,
        /** Another stopped server goes on. */
        CONTINUES,
        /** Somebody starts the supervisor again, or lets it continue. */
        RESTART
    }

    record Move(String label, Kind kind, ModelWorld to) {}

    static List<Move> from(ModelWorld world, int faultsMax, int requestsMax) {
        ModelMoves moves = new ModelMoves(world, faultsMax, requestsMax);
        world.servers.stream().filter(ModelServer::runs).forEach(moves::serverMoves);
        if (world.supervisorRuns()) {
            moves.supervisorMoves();
        }
        moves.misfortunes();
        return moves.moves;
    }

    /** A server's machine takes an event; it may die between two of the actions. */
    private void step(String label, Kind kind, int id, BiConsumer<ModelWorld, ModelServer> before, Object event) {
        ModelWorld next = world.copy();
        next.faults += kind == Kind.FAULT ? 1 : 0;
        ModelServer server = next.server(id);
        before.accept(next, server);
        List<?> actions = apply(server, event);
        for (int cut = 1; cut < actions.size() && next.faults < faultsMax; cut++) {
            ModelWorld cutOff = next.copy();
            cutOff.faults++;
            cutOff.act(cutOff.server(id), actions.subList(0, cut));
            cutOff.die(cutOff.server(id));
            done(label + ", dies after " + actions.subList(0, cut), Kind.FAULT, cutOff);
        }
        next.act(server, actions);
        if (!actions.isEmpty() && actions.get(actions.size() - 1) instanceof IncumbentAction.Refuse) {
            next.act(server, apply(server, new IncumbentEvent.SupervisorGone()));
        }
        done(label, kind, next);
    }

    private static List<?> apply(ModelServer server, Object event) {
        if (server.incumbent != null) {
            IncumbentEvent incumbent = event instanceof Frame frame
                    ? new IncumbentEvent.Received(frame)
                    : event instanceof SuccessorEvent.SupervisorGone
                            ? new IncumbentEvent.SupervisorGone()
                            : (IncumbentEvent) event;
            Step<IncumbentMachine.State, IncumbentAction> step = IncumbentMachine.next(server.incumbent, incumbent);
            server.incumbent = step.state();
            return step.actions();
        }
        SuccessorEvent successor =
                event instanceof Frame frame ? new SuccessorEvent.Received(frame) : (SuccessorEvent) event;
        Step<SuccessorMachine.State, SuccessorAction> step = SuccessorMachine.next(server.successor, successor);
        server.successor = step.state();
        return step.actions();
    }

    private void done(String label, Kind kind, ModelWorld next) {
        next.bury();
        moves.add(new Move(label, kind, next));
    }

    private boolean faultAllowed() {
        return world.faults < faultsMax;
    }

    private void serverMoves(ModelServer server) {
        server.hooks.forEach(hook -> hookMoves(server, hook));
        String name = "server " + server.id;
        if (!server.toServer.isEmpty()) {
            Frame frame = server.toServer.get(0);
            step(name + " reads " + frame.kind(), Kind.ORDINARY, server.id, (w, s) -> s.toServer.remove(0), frame);
        }
        if (server.openHere && ((!server.openAtSupervisor && server.toServer.isEmpty()) || world.supervisorPaused)) {
            lost(server, name + " misses the supervisor");
        }
    }

    private void lost(ModelServer server, String label) {
        step(label, Kind.ORDINARY, server.id, (w, s) -> s.hangUp(), new SuccessorEvent.SupervisorGone());
    }

    private void hookMoves(ModelServer server, Hook hook) {
        int id = server.id;
        String name = "server " + id + " ";
        switch (hook) {
            case OPEN -> coldOpen(server);
            case DRAIN -> {
                step(name + "drained", Kind.ORDINARY, id, end(hook, Spool.DRAINED), ModelWorld.drained());
                fault(name + "fails to drain", id, end(hook, Spool.DRAINED), new IncumbentEvent.DrainFailed("d"));
            }
            case SEAL -> {
                step(
                        name + "sealed",
                        Kind.ORDINARY,
                        id,
                        end(hook, Spool.SEALED).andThen((w, s) -> w.lock = ModelWorld.NOBODY),
                        new IncumbentEvent.SealDone(ModelWorld.REPORT));
                fault(name + "fails to seal", id, end(hook, Spool.DRAINED), new IncumbentEvent.SealFailed("s"));
            }
            case RESUME -> resume(server);
            case WATCH -> watch(server);
            case VERIFY -> verify(server);
            case TAKE -> take(server);
            case CONNECT -> connect(server);
            case EXIT -> {
                ModelWorld next = world.copy();
                next.die(next.server(id));
                done(name + "exits", Kind.ORDINARY, next);
            }
        }
    }

    private static BiConsumer<ModelWorld, ModelServer> end(Hook hook, Spool spool) {
        return (world, server) -> {
            server.hooks.remove(hook);
            server.spool = spool;
        };
    }

    private void fault(String label, int id, BiConsumer<ModelWorld, ModelServer> before, Object event) {
        if (faultAllowed()) {
            step(label, Kind.FAULT, id, before, event);
        }
    }

    private void coldOpen(ModelServer server) {
        ModelWorld next = world.copy();
        ModelServer opening = next.server(server.id);
        if (!world.locked()) {
            next.lock = server.id;
            next.epoch = server.id;
            opening.hooks.remove(Hook.OPEN);
            opening.hooks.add(Hook.CONNECT);
            next.opens(opening);
        } else {
            next.die(opening);
        }
        done("server " + server.id + " opens afresh", Kind.ORDINARY, next);
    }

    private void resume(ModelServer server) {
        boolean overtaken = world.overtaken(server);
        boolean locked = server.spool == Spool.SEALED && world.locked();
        String label = "server " + server.id + " resumes";
        BiConsumer<ModelWorld, ModelServer> failed = (w, s) -> {
            s.hooks.remove(Hook.RESUME);
            s.spool = Spool.CLOSED;
            w.lock = w.lock == s.id ? ModelWorld.NOBODY : w.lock;
        };
        if (overtaken || locked) {
            step(label + " in vain", Kind.ORDINARY, server.id, failed, new IncumbentEvent.ResumeFailed("r"));
            return;
        }
        step(
                label,
                Kind.ORDINARY,
                server.id,
                (w, s) -> {
                    s.hooks.remove(Hook.RESUME);
                    w.lock = s.id;
                    if (s.stale) {
                        w.violations.add("server " + s.id + " resumes on memory that is out of date");
                    }
                    w.opens(s);
                },
                new IncumbentEvent.ResumeDone());
        fault(label + " on a failing disk", server.id, failed, new IncumbentEvent.ResumeFailed("r"));
    }

    private void watch(ModelServer server) {
        boolean successorRuns = world.servers.stream()
                .anyMatch(other -> other != server && other.alive && ModelWorld.isWatchedBy(server, other));
        if (!successorRuns) {
            step(
                    "server " + server.id + " sees the successor end",
                    Kind.ORDINARY,
                    server.id,
                    (w, s) -> {},
                    new IncumbentEvent.SuccessorGone());
        } else {
            step(
                    "server " + server.id + " loses patience",
                    Kind.ORDINARY,
                    server.id,
                    (w, s) -> {},
                    new IncumbentEvent.DeadlinePassed());
        }
        if (world.epoch != server.id) {
            step(
                    "server " + server.id + " sees the epoch",
                    Kind.ORDINARY,
                    server.id,
                    (w, s) -> {},
                    new IncumbentEvent.EpochMoved());
        }
    }

    private void verify(ModelServer server) {
        String label = "server " + server.id + " looks";
        BiConsumer<ModelWorld, ModelServer> failed = end(Hook.VERIFY, Spool.CLOSED);
        if (world.locked()) {
            step(label + " in vain", Kind.ORDINARY, server.id, failed, new SuccessorEvent.VerifyFailed("locked"));
            return;
        }
        step(
                label,
                Kind.ORDINARY,
                server.id,
                end(Hook.VERIFY, Spool.HELD).andThen((w, s) -> {
                    w.lock = s.id;
                    s.stale = false;
                }),
                new SuccessorEvent.VerifyDone(server.expected));
        fault(label + " and dislikes it", server.id, failed, new SuccessorEvent.VerifyFailed("mismatch"));
    }

    private void take(ModelServer server) {
        String label = "server " + server.id + " takes over";
        UUID handoff = server.successor.handoff();
        step(
                label,
                Kind.ORDINARY,
                server.id,
                (w, s) -> {
                    s.hooks.remove(Hook.TAKE);
                    w.epoch = s.id;
                    if (s.stale && s.expected != null) {
                        w.violations.add("server " + s.id + " serves what it read before others wrote");
                    }
                    w.opens(s);
                },
                new SuccessorEvent.TakeDone(new Frame.Ready(handoff, List.of(), true, List.of())));
        BiConsumer<ModelWorld, ModelServer> failed =
                end(Hook.TAKE, Spool.CLOSED).andThen((w, s) -> w.lock = ModelWorld.NOBODY);
        fault(label + ", but cannot raise the epoch", server.id, failed, new SuccessorEvent.TakeFailed("t"));
        fault(
                label + ", but cannot open",
                server.id,
                failed.andThen((w, s) -> w.epoch = s.id),
                new SuccessorEvent.TakeFailed("t"));
        if (faultAllowed()) {
            ModelWorld next = world.copy();
            next.faults++;
            next.epoch = server.id;
            next.die(next.server(server.id));
            done(label + " and dies", Kind.FAULT, next);
        }
    }

    private void connect(ModelServer server) {
        String label = "server " + server.id + " connects";
        if (world.supervisorPaused || (world.supervisor == null && server.incumbent != null)) {
            return; // tried again until somebody answers
        }
        boolean waited =
                world.supervisor != null && world.supervisor.phase() == Phase.STARTING && world.successor == server.id;
        if (server.successor != null && !waited) {
            step(
                    label + " in vain",
                    Kind.ORDINARY,
                    server.id,
                    (w, s) -> s.hooks.remove(Hook.CONNECT),
                    new SuccessorEvent.SupervisorGone());
            return;
        }
        boolean member = server.id == world.incumbent || server.id == world.successor;
        Phase phase = world.supervisor.phase();
        boolean rest = phase == Phase.IDLE || phase == Phase.ADOPTING;
        if (!member && (!rest || world.supervisor.incumbent() == Member.CONNECTED)) {
            return;
        }
        if (server.successor != null && faultAllowed()) {
            ModelWorld refused = world.copy();
            refused.faults++;
            refused.server(server.id).hooks.remove(Hook.CONNECT);
            refused.server(server.id).hooks.add(Hook.EXIT);
            supervise(
                    "server " + server.id + " refuses instead",
                    Kind.FAULT,
                    refused,
                    new SupervisorEvent.FromSuccessor(new Frame.Refused(server.successor.handoff(), "not ready")));
        }
        ModelWorld next = world.copy();
        ModelServer connected = next.server(server.id);
        connected.hooks.remove(Hook.CONNECT);
        connected.connect();
        SupervisorEvent event = new SupervisorEvent.IncumbentConnected();
        if (server.successor != null) {
            event = new SupervisorEvent.SuccessorConnected();
        } else if (server.id == world.successor) {
            event = new SupervisorEvent.SuccessorServes();
        } else {
            next.incumbent = server.id;
        }
        supervise(label, next, event);
    }

    private void supervise(String label, ModelWorld next, SupervisorEvent event) {
        supervise(label, Kind.ORDINARY, next, event);
    }

    private void supervise(String label, Kind kind, ModelWorld next, SupervisorEvent event) {
        Step<SupervisorMachine.State, SupervisorAction> step = SupervisorMachine.next(next.supervisor, event);
        next.supervisor = step.state();
        for (int cut = 0; cut < step.actions().size() && next.faults < faultsMax; cut++) {
            ModelWorld cutOff = next.copy();
            cutOff.faults++;
            cutOff.actSupervisor(step.actions().subList(0, cut));
            cutOff.supervisorDies();
            done(label + ", supervisor dies after " + step.actions().subList(0, cut), Kind.FAULT, cutOff);
        }
        next.actSupervisor(step.actions());
        done(label, kind, next);
    }

    private void supervisorMoves() {
        if (world.supervisor.phase() == Phase.IDLE
                && world.supervisor.incumbent() == Member.CONNECTED
                && world.requests < requestsMax) {
            ModelWorld next = world.copy();
            next.requests++;
            supervise("request", next, new SupervisorEvent.Requested(new UUID(0, next.requests)));
        }
        supervise("timeout", world.copy(), new SupervisorEvent.Timeout());
        memberMoves(world.incumbent, true);
        memberMoves(world.successor, false);
    }

    private void memberMoves(int id, boolean incumbent) {
        ModelServer server = world.server(id);
        if (server == null) {
            return;
        }
        String name = "supervisor, of server " + id + ": ";
        if (server.openAtSupervisor && !server.toSupervisor.isEmpty()) {
            ModelWorld next = world.copy();
            Frame frame = next.server(id).toSupervisor.remove(0);
            SupervisorEvent event =
                    incumbent ? new SupervisorEvent.FromIncumbent(frame) : new SupervisorEvent.FromSuccessor(frame);
            supervise(name + "reads " + frame.kind(), next, event);
        }
        boolean closed = !server.openHere && server.toSupervisor.isEmpty();
        if (server.alive && server.openAtSupervisor && (closed || server.paused)) {
            ModelWorld next = world.copy();
            next.server(id).supervisorHangsUp();
            supervise(
                    name + "misses it",
                    next,
                    incumbent ? new SupervisorEvent.IncumbentLost() : new SupervisorEvent.SuccessorLost());
        }
        if (!server.alive) {
            ModelWorld next = world.copy();
            next.server(id).supervisorHangsUp();
            if (incumbent) {
                next.incumbent = ModelWorld.NOBODY;
            } else {
                next.successor = ModelWorld.NOBODY;
            }
            supervise(
                    name + "ended",
                    next,
                    incumbent ? new SupervisorEvent.IncumbentGone() : new SupervisorEvent.SuccessorGone());
        }
    }

    private void misfortunes() {
        if (world.supervisor == null) {
            ModelWorld next = world.copy();
            next.supervisorStarts();
            done("supervisor starts again", Kind.RESTART, next);
        } else if (world.supervisorPaused) {
            ModelWorld next = world.copy();
            next.supervisorPaused = false;
            done("supervisor continues", Kind.RESTART, next);
        } else if (faultAllowed()) {
            ModelWorld dead = world.copy();
            dead.faults++;
            dead.supervisorDies();
            done("supervisor dies", Kind.FAULT, dead);
            ModelWorld stopped = world.copy();
            stopped.faults++;
            stopped.supervisorPaused = true;
            done("supervisor stops", Kind.FAULT, stopped);
        }
        world.servers.stream().filter(server -> server.alive).forEach(this::misfortunesOf);
    }

    private void misfortunesOf(ModelServer server) {
        if (server.paused) {
            ModelWorld next = world.copy();
            next.server(server.id).paused = false;
            // A server that has the spool and is stopped can only be waited for: nobody takes it from the living by
            // force.
            boolean awaited = server.incumbent != null && server.spool != Spool.SEALED;
            done("server " + server.id + " continues", awaited ? Kind.AWAITED : Kind.CONTINUES, next);
        } else if (faultAllowed()) {
            ModelWorld stopped = world.copy();
            stopped.faults++;
            stopped.server(server.id).paused = true;
            done("server " + server.id + " stops", Kind.FAULT, stopped);
        }
        if (faultAllowed()) {
            ModelWorld dead = world.copy();
            dead.faults++;
            dead.die(dead.server(server.id));
            done("server " + server.id + " dies", Kind.FAULT, dead);
        }
    }
}
