package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import dev.spool.Fingerprint;
import dev.spool.handoff.PlayedServers.Started;
import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.ManualTime;
import dev.spool.handoff.transport.PlayedPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a supervisor does when a time is over, and that it does not do so a nanosecond sooner. */
@Timeout(180)
class SupervisorTimeTest {

    private static final Duration DRAIN_GRACE = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Duration EXIT_GRACE = Duration.ofSeconds(90);
    /** What is on its way when the supervisor's time is up may still come. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private static final Duration TICK = Duration.ofNanos(1);

    /** Nobody has to say anything by himself: that is another test's matter. */
    static final HandoffOptions OPTIONS = options(EXIT_GRACE);

    private static final SealReport REPORT =
            new SealReport(List.of(new LogRevision(0, 7)), Fingerprint.of(new byte[Fingerprint.SIZE_BYTES]));

    @TempDir
    Path temp;

    private final ManualTime time = new ManualTime();
    private PlayedServers servers;
    private Supervisor supervisor;
    private CompletableFuture<Void> run;

    private static HandoffOptions options(Duration exitGrace) {
        return new HandoffOptions(
                Duration.ofHours(1), Duration.ofDays(1), Duration.ofSeconds(5), DRAIN_GRACE, DEADLINE, exitGrace);
    }

    @BeforeEach
    void prepare() {
        servers = new PlayedServers(temp);
    }

    @AfterEach
    void end() throws Exception {
        supervisor.stop();
        while (!run.isDone()) { // looks, now and then, whether they have ended
            servers.kill();
            time.advance(Duration.ofSeconds(1));
            Scenario.sleep(1);
        }
        run.get();
    }

    private void supervise(String deed, HandoffOptions options) {
        supervise(servers.command(deed), options);
    }

    private void supervise(List<String> command, HandoffOptions options) {
        supervisor = new Supervisor(command, temp.resolve("s"), options, time, Points.NONE);
        run = inItsOwnThread(() -> {
            supervisor.run();
            return null;
        });
    }

    private CompletableFuture<Requester.Outcome> request() {
        return inItsOwnThread(() -> Requester.replace(temp.resolve("s"), OPTIONS, text -> {}));
    }

    @Test
    void aDrainBeyondItsGraceIsCalledOff() throws Exception {
        supervise("exec sleep 600", OPTIONS);
        PlayedPeer old = servers.speakFor(servers.await(0), Role.INCUMBENT);
        CompletableFuture<Requester.Outcome> outcome = request();
        Started next = servers.await(1);
        servers.speakFor(next, Role.SUCCESSOR);
        Frame.Prepare prepare = (Frame.Prepare) old.hear();
        assertThat(prepare.graceMillis()).isEqualTo(DRAIN_GRACE.toMillis());
        assertThat(prepare.remainingMillis()).isEqualTo(DEADLINE.toMillis());
        passAllBut(TICK, DRAIN_GRACE.plus(SLACK));
        assertThat(next.runs()).isTrue();
        time.advance(TICK);
        next.awaitEnd();
        assertThat(old.hear()).isEqualTo(new Frame.Abort(next.handoff(), "the old server did not drain in time"));
        old.say(new Frame.Resumed(next.handoff()));
        assertThat(outcome.get())
                .isEqualTo(new Requester.Outcome(false, "the old server did not drain in time; the old server serves"));
    }

    @Test
    void theDeadlineRunsFromTheRequestOnWhateverThePhase() throws Exception {
        supervise("exec sleep 600", OPTIONS);
        PlayedPeer old = servers.speakFor(servers.await(0), Role.INCUMBENT);
        CompletableFuture<Requester.Outcome> outcome = request();
        Started next = servers.await(1);
        time.awaitWaiter(DEADLINE.plus(SLACK));
        Duration starting = Duration.ofSeconds(200);
        time.advance(starting);
        PlayedPeer successor = servers.speakFor(next, Role.SUCCESSOR);
        Frame.Prepare prepare = (Frame.Prepare) old.hear();
        assertThat(prepare.remainingMillis()).isEqualTo(DEADLINE.minus(starting).toMillis());
        Duration draining = Duration.ofSeconds(50);
        time.awaitWaiter(DRAIN_GRACE.plus(SLACK));
        time.advance(draining);
        seal(old, next);
        assertThat(successor.hear()).isEqualTo(new Frame.Begin(next.handoff(), REPORT));
        passAllBut(TICK, DEADLINE.plus(SLACK).minus(starting).minus(draining));
        assertThat(next.runs()).isTrue();
        time.advance(TICK);
        next.awaitEnd();
        old.hear();
        old.say(new Frame.Resumed(next.handoff()));
        assertThat(outcome.get().text()).startsWith("the new server did not look through the spool in time");
    }

    @Test
    void anOldServerThatDoesNotExitIsEndedAfterItsGrace() throws Exception {
        supervise("exec sleep 600", OPTIONS);
        Started first = servers.await(0);
        PlayedPeer old = servers.speakFor(first, Role.INCUMBENT);
        CompletableFuture<Requester.Outcome> outcome = request();
        Started next = servers.await(1);
        PlayedPeer successor = servers.speakFor(next, Role.SUCCESSOR);
        old.hear();
        seal(old, next);
        successor.hear();
        successor.say(new Frame.Verified(next.handoff(), REPORT));
        assertThat(successor.hear()).isEqualTo(new Frame.Take(next.handoff()));
        successor.say(new Frame.Ready(next.handoff(), List.of(), true, REPORT.lastRevisions()));
        assertThat(old.hear()).isEqualTo(new Frame.Commit(next.handoff()));
        assertThat(outcome.get().committed()).isTrue();
        passAllBut(TICK, EXIT_GRACE);
        assertThat(first.runs()).isTrue();
        time.advance(TICK);
        first.awaitEnd();
        assertThat(successor.hear()).isEqualTo(new Frame.Settled(next.handoff()));
        assertThat(next.runs()).isTrue();
    }

    @Test
    void aServerThatIsDeafToBeingStoppedIsEndedAfterItsGrace() throws Exception {
        Duration look = Duration.ofMillis(20);
        supervise(servers.command("trap '' TERM", "exec sleep 600"), options(look.multipliedBy(5)));
        Started server = servers.await(0);
        servers.speakFor(server, Role.INCUMBENT);
        supervisor.stop();
        for (int looks = 0; looks < 5; looks++) {
            time.awaitWaiter(look);
            assertThat(server.runs()).isTrue();
            time.advance(look);
        }
        server.awaitEnd();
    }

    @Test
    void aServerThatDoesNotLastIsStartedAgainEachTimeLater() throws Exception {
        supervise("exit 1", OPTIONS);
        int started = 1;
        for (int millis : new int[] {250, 500, 1000, 2000}) {
            passAllBut(TICK, Duration.ofMillis(millis));
            assertThat(servers.all()).hasSize(started);
            time.advance(TICK);
            servers.await(started++);
        }
    }

    private void seal(PlayedPeer old, Started next) throws IOException {
        old.say(new Frame.Drained(next.handoff(), 0, true));
        assertThat(old.hear()).isEqualTo(new Frame.Seal(next.handoff()));
        old.say(new Frame.Sealed(next.handoff(), REPORT));
    }

    /** Lets all but {@code rest} of {@code wait} pass, for which the supervisor waits by now. */
    private void passAllBut(Duration rest, Duration wait) throws InterruptedException {
        time.awaitWaiter(wait);
        time.advance(wait.minus(rest));
        time.awaitWaiter(rest);
    }

    static <T> CompletableFuture<T> inItsOwnThread(Callable<T> task) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(task.call());
            } catch (Exception e) {
                outcome.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }
}
