package dev.spool.handoff.protocol;

import dev.spool.Drainable.SealReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server process of the model: one of the two real machines, what it does to the spool, and its connection. */
final class ModelServer {

    enum Spool {
        CLOSED,
        OPEN,
        DRAINED,
        SEALED,
        /** As a successor: holds the lock, and has read everything. */
        HELD
    }

    enum Hook {
        OPEN,
        DRAIN,
        SEAL,
        RESUME,
        WATCH,
        VERIFY,
        TAKE,
        CONNECT,
        EXIT
    }

    final int id;
    IncumbentMachine.@Nullable State incumbent;
    SuccessorMachine.@Nullable State successor;
    Spool spool = Spool.CLOSED;
    EnumSet<Hook> hooks = EnumSet.noneOf(Hook.class);

    @Nullable
    SealReport expected;

    boolean alive = true;
    boolean paused;
    /** Whether somebody else has acknowledged messages since this one read the spool. */
    boolean stale;

    /** The handoff by which it became the incumbent. */
    java.util.UUID epochOf = Frame.NO_HANDOFF;

    /** Resumes on the way from the present drain. */
    int resumes;

    boolean openHere;
    boolean openAtSupervisor;
    List<Frame> toServer = new ArrayList<>();
    List<Frame> toSupervisor = new ArrayList<>();

    ModelServer(int id) {
        this.id = id;
    }

    ModelServer copy() {
        ModelServer copy = new ModelServer(id);
        copy.incumbent = incumbent;
        copy.successor = successor;
        copy.spool = spool;
        copy.hooks = EnumSet.copyOf(hooks);
        copy.expected = expected;
        copy.alive = alive;
        copy.paused = paused;
        copy.stale = stale;
        copy.resumes = resumes;
        copy.epochOf = epochOf;
        copy.openHere = openHere;
        copy.openAtSupervisor = openAtSupervisor;
        copy.toServer = new ArrayList<>(toServer);
        copy.toSupervisor = new ArrayList<>(toSupervisor);
        return copy;
    }

    Object key() {
        List<Object> key = new ArrayList<>();
        key.add(id);
        key.add(String.valueOf(incumbent));
        key.add(String.valueOf(successor));
        key.add(spool);
        key.add(hooks);
        key.add(expected != null);
        key.add((alive ? 1 : 0)
                | (paused ? 2 : 0)
                | (stale ? 4 : 0)
                | (openHere ? 8 : 0)
                | (openAtSupervisor ? 16 : 0));
        key.add(resumes);
        key.add(epochOf);
        key.add(toServer);
        key.add(toSupervisor);
        return key;
    }

    boolean runs() {
        return alive && !paused;
    }

    /** Whether it acknowledges messages. */
    boolean acknowledges() {
        return alive && spool == Spool.OPEN;
    }

    void connect() {
        openHere = true;
        openAtSupervisor = true;
        toServer.clear();
        toSupervisor.clear();
    }

    void hangUp() {
        openHere = false;
        toServer.clear();
    }

    /** The supervisor closes its side; what it sent before is still read. */
    void supervisorHangsUp() {
        openAtSupervisor = false;
        toSupervisor.clear();
    }

    void send(Frame frame) {
        if (openHere && openAtSupervisor) {
            toSupervisor.add(frame);
        }
    }

    @Override
    public String toString() {
        return "server " + id + " " + (incumbent != null ? incumbent : successor) + " " + spool + " " + hooks
                + (alive ? "" : " DEAD") + (paused ? " PAUSED" : "") + (stale ? " stale" : "") + " to it " + toServer
                + (openHere ? "" : "|") + " from it " + toSupervisor + (openAtSupervisor ? "" : "|");
    }
}
