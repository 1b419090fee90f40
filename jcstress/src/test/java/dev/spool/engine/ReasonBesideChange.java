package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.spool.engine.io.EngineClock;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZL_Result;

/** Who is given a reason why the spool takes no messages finds the spool unhealthy, for that cause. */
@JCStressTest
@Description("a spool that is fenced, beside a host that asks for the reason and then for the cause")
@Outcome(id = "false, NONE", expect = ACCEPTABLE, desc = "healthy")
@Outcome(id = "false, FENCED", expect = ACCEPTABLE, desc = "told between the two")
@Outcome(id = "true, FENCED", expect = ACCEPTABLE, desc = "unhealthy")
@Outcome(expect = FORBIDDEN, desc = "a reason without its cause")
@State
public class ReasonBesideChange {

    private static final Logger LOG = Logger.getLogger(HealthMonitor.class.getName());

    static {
        LOG.setLevel(Level.OFF); // it would tell of each of a million changes
    }

    private final HealthMonitor health =
            new HealthMonitor(EngineClock.SYSTEM, new EngineMetrics(null), Duration.ofSeconds(1));

    @Actor
    public void change() {
        health.fenced("another owner");
    }

    @Actor
    public void ask(ZL_Result told) {
        told.r1 = health.reason() != null;
        told.r2 = health.cause();
    }
}
