package dev.spool.engine;

import dev.spool.Health;
import dev.spool.Health.Cause;
import dev.spool.Health.State;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.Backend.Space;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one state machine of a spool's health. Causes come and go on their own; the gravest one present is the state.
 *
 * <p>A cause begins at once. A failed or slow sync ends only with a commit that worked, at least one probe period after the last
 * failure; lack of space and overload end once they have not been seen for a whole probe period. So a spool on a sick disk does
 * not flap, and silence is never taken for recovery.
 *
 * <p>{@link #reason} and {@link #cause} are one volatile read. Everything else may be called by any thread too.
 */
final class HealthMonitor {

    private static final System.Logger LOG = System.getLogger(HealthMonitor.class.getName());

    /** Gravest first. */
    private static final List<Cause> GRAVITY = List.of(
            Cause.CLOSED,
            Cause.FENCED,
            Cause.SEALED,
            Cause.DRAINING,
            Cause.SYNC_FAILED,
            Cause.SYNC_SLOW,
            Cause.FULL,
            Cause.OVERLOADED,
            Cause.FULL_SOFT,
            Cause.CORRUPTION);

    private final EngineClock clock;
    private final EngineMetrics metrics;
    private final long calmNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Cause, Condition> present = new EnumMap<>(Cause.class);
    private final FoundDamage damage = new FoundDamage(detail -> change(() -> raise(Cause.CORRUPTION, detail)));
    private long failedShards;
    private long slowShards;

    private volatile @Nullable String reason;
    private volatile Health current;

    HealthMonitor(EngineClock clock, EngineMetrics metrics, Duration calm) {
        this.clock = clock;
        this.metrics = metrics;
        this.calmNanos = calm.toNanos();
        this.current = new Health(State.HEALTHY, Cause.NONE, clock.now(), "", 0);
    }

    /** The bland text for remote peers, or null. */
    @Nullable
    String reason() {
        return reason;
    }

    Cause cause() {
        return current.cause();
    }

    Health health() {
        return current;
    }

    /** What the operator is told of the present cause. */
    String detail() {
        return current.detail();
    }

    /** A write or sync of a shard failed. */
    void syncFailed(int shard, String detail) {
        change(() -> {
            failedShards |= 1L << shard;
            raise(Cause.SYNC_FAILED, detail);
        });
    }

    /** A sync of a shard takes too long, or has taken too long. */
    void syncSlow(int shard, String detail) {
        change(() -> {
            slowShards |= 1L << shard;
            raise(Cause.SYNC_SLOW, detail);
        });
    }

    /** A commit with a sync worked, and in time. */
    void syncWorked(int shard) {
        if (!isSick(shard)) {
            return;
        }
        change(() -> {
            long others = ~(1L << shard);
            if (isCalm(Cause.SYNC_FAILED)) {
                failedShards &= others;
                endIf(Cause.SYNC_FAILED, failedShards == 0);
            }
            if (isCalm(Cause.SYNC_SLOW)) {
                slowShards &= others;
                endIf(Cause.SYNC_SLOW, slowShards == 0);
            }
        });
    }

    /** Whether the shard needs a commit that works before it counts as healthy. */
    boolean isSick(int shard) {
        Cause cause = current.cause();
        if (cause == Cause.NONE || cause == Cause.CORRUPTION) {
            return false;
        }
        lock.lock();
        try {
            return ((failedShards | slowShards) >>> shard & 1) != 0;
        } finally {
            lock.unlock();
        }
    }

    /** Room on the volume as the backend sees it now; called often. */
    void space(Space space) {
        if (space == Space.ENOUGH && !isPresent(Cause.FULL_SOFT) && !isPresent(Cause.FULL)) {
            return;
        }
        change(() -> {
            observe(
                    Cause.FULL,
                    space == Space.FULL,
                    "no room for new messages; free space on the volume or remove messages");
            observe(
                    Cause.FULL_SOFT,
                    space != Space.ENOUGH,
                    "free space is below the limit; large messages are refused");
        });
    }

    /** Whether more is waiting than the spool can take within its timeout; called often. */
    void overloaded(boolean now, String detail) {
        if (now || isPresent(Cause.OVERLOADED)) {
            change(() -> observe(Cause.OVERLOADED, now, detail));
        }
    }

    /** The damage found so far; finding more degrades the spool. */
    FoundDamage damage() {
        return damage;
    }

    /** Another process owns the directory. */
    void fenced(String detail) {
        change(() -> raise(Cause.FENCED, detail));
    }

    /** The spool drains, is sealed or closed: the one of {@code cause}, ending the others; NONE when it is open again. */
    void phase(Cause cause, String detail) {
        change(() -> {
            if (present.containsKey(Cause.CLOSED)) {
                return; // for good
            }
            for (Cause phase : List.of(Cause.DRAINING, Cause.SEALED, Cause.CLOSED)) {
                if (phase == cause) {
                    raise(phase, detail);
                } else {
                    present.remove(phase);
                }
            }
        });
    }

    private boolean isPresent(Cause cause) {
        lock.lock();
        try {
            return present.containsKey(cause);
        } finally {
            lock.unlock();
        }
    }

    private void observe(Cause cause, boolean seen, String detail) {
        if (seen) {
            raise(cause, detail);
        } else {
            endIf(cause, isCalm(cause));
        }
    }

    private void raise(Cause cause, String detail) {
        Condition known = present.get(cause);
        Instant since = known == null ? clock.now() : known.since;
        present.put(cause, new Condition(since, detail, clock.nanoTime()));
    }

    private boolean isCalm(Cause cause) {
        Condition known = present.get(cause);
        return known == null || clock.nanoTime() - known.lastSeen >= calmNanos;
    }

    private void endIf(Cause cause, boolean over) {
        if (over) {
            present.remove(cause);
        }
    }

    private void change(Runnable update) {
        lock.lock();
        try {
            update.run();
            publish();
        } finally {
            lock.unlock();
        }
    }

    private void publish() {
        Health before = current;
        Health now = gravest();
        if (now.equals(before)) {
            return;
        }
        current = now;
        reason = now.cause().publicText().orElse(null);
        if (now.cause() != before.cause()) {
            LOG.log(levelOf(before, now), "health: {0} ({1}) {2}", now.state(), now.cause(), now.detail());
            metrics.healthChanged(now);
        }
    }

    private static Level levelOf(Health before, Health now) {
        if (isAskedFor(now.cause()) || (isAskedFor(before.cause()) && now.state() == State.HEALTHY)) {
            return Level.DEBUG; // no news to a host, and a line takes milliseconds in which a handoff stands still
        }
        return now.state() == State.UNHEALTHY ? Level.WARNING : Level.INFO;
    }

    private static boolean isAskedFor(Cause cause) {
        return cause == Cause.DRAINING || cause == Cause.SEALED || cause == Cause.CLOSED;
    }

    private Health gravest() {
        for (Cause cause : GRAVITY) {
            Condition condition = present.get(cause);
            if (condition != null) {
                return new Health(stateOf(cause), cause, condition.since, condition.detail, damage.count());
            }
        }
        Instant since = current.state() == State.HEALTHY ? current.since() : clock.now();
        return new Health(State.HEALTHY, Cause.NONE, since, "", damage.count());
    }

    private static State stateOf(Cause cause) {
        return switch (cause) {
            case CLOSED -> State.CLOSED;
            case CORRUPTION -> State.DEGRADED;
            default -> State.UNHEALTHY;
        };
    }

    /** A cause that is present. */
    private record Condition(Instant since, String detail, long lastSeen) {}
}
