package dev.spool.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.handoff.protocol.ModelServer.Spool;
import dev.spool.handoff.protocol.SupervisorMachine.Member;
import dev.spool.handoff.protocol.SupervisorMachine.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Drives the three real machines through all orders of frames, deaths, stops, failures and timeouts within a bound. Timeouts may
 * come at any moment; a process may die between any two of its actions.
 */
class ProtocolModelTest {

    private static final int FAULTS = Integer.getInteger("spool.model.faults", 2);
    private static final int REQUESTS = Integer.getInteger("spool.model.requests", 2);

    @Test
    void noOrderOfEventsMakesTwoWritersLosesAMessageOrEndsNowhere() {
        ModelSearch search = search(FAULTS);
        search.run(start(), ProtocolModelTest::hasOneWriterAtMost);
        assertThat(search.states()).isGreaterThan(1000);
        assertThat(search.moves().keySet())
                .contains(
                        "supervisor, of server: reads READY",
                        "supervisor, of server: reads RESUMED",
                        "supervisor, of server: reads REFUSED",
                        "server takes over and dies",
                        "server loses patience",
                        "server sees the epoch",
                        "server resumes in vain",
                        "supervisor starts again");
        List<Integer> stuck = search.stuck();
        assertThat(stuck.stream().limit(1).map(search::trace))
                .as(stuck.size() + " states that end nowhere")
                .isEmpty();
        List<Integer> alone = search.stuckAlone();
        assertThat(alone.stream().limit(1).map(search::trace))
                .as(alone.size() + " states that end nowhere without a supervisor")
                .isEmpty();
    }

    @Test
    void withoutTheEpochThereIsAnOrderThatLosesMessages() {
        ModelWorld world = start();
        world.epochCounts = false;
        assertThatThrownBy(() -> search(2).run(world, ProtocolModelTest::hasOneWriterAtMost))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("resumes on memory that is out of date");
    }

    @Test
    void evenWithoutTheLockTheOrderAloneMakesNoTwoWriters() {
        ModelWorld world = start();
        world.lockCounts = false;
        search(1).run(world, ProtocolModelTest::hasOneWriterAtMost);
    }

    private static ModelSearch search(int faults) {
        return new ModelSearch(faults, REQUESTS, ProtocolModelTest::serves, ProtocolModelTest::rests);
    }

    private static ModelWorld start() {
        ModelWorld world = new ModelWorld();
        world.supervisorStarts();
        return world;
    }

    private static boolean hasOneWriterAtMost(ModelWorld world) {
        return world.servers.stream().filter(ModelServer::acknowledges).count() <= 1;
    }

    /** One server serves, the supervisor knows it, and everybody else is gone. */
    private static boolean serves(ModelWorld world) {
        List<ModelServer> alive = counting(world);
        return world.supervisorRuns()
                && world.supervisor.phase() == Phase.IDLE
                && world.supervisor.incumbent() == Member.CONNECTED
                && alive.size() == 1
                && alive.get(0).id == world.incumbent
                && alive.get(0).runs()
                && alive.get(0).acknowledges()
                && !world.journalHandoff;
    }

    /** All that live, but for a stopped process that nobody knows, has nothing, and leaves as soon as it goes on. */
    private static List<ModelServer> counting(ModelWorld world) {
        return world.servers.stream()
                .filter(server -> server.alive)
                .filter(server -> !server.paused
                        || server.spool != Spool.CLOSED
                        || server.id == world.incumbent
                        || server.id == world.successor)
                .toList();
    }

    /** Without a supervisor: one server serves alone, or none is left and the lock is free. */
    private static boolean rests(ModelWorld world) {
        List<ModelServer> alive = counting(world);
        return alive.isEmpty()
                ? world.lock == ModelWorld.NOBODY
                : alive.size() == 1 && alive.get(0).spool == Spool.OPEN && world.lock == alive.get(0).id;
    }
}
