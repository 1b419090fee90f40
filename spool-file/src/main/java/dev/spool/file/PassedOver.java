package dev.spool.file;

import dev.spool.SpoolIoException;
import dev.spool.engine.io.EngineClock;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Segments that the disk did not give: compaction leaves them alone for a while, so that it gets on with the others. */
final class PassedOver {

    private static final System.Logger LOG = System.getLogger(PassedOver.class.getName());

    private static final long AGAIN_NANOS = 60_000_000_000L;

    private final EngineClock clock;
    private final Map<Long, SpoolIoException> failureByLife = new LinkedHashMap<>();
    private long since;

    PassedOver(EngineClock clock) {
        this.clock = clock;
    }

    void add(Segment segment, SpoolIoException failure) {
        if (failureByLife.isEmpty()) {
            since = clock.nanoTime();
        }
        failureByLife.put(segment.life(), failure);
        LOG.log(Level.WARNING, "compaction passes over {0}: {1}", segment.path(), failure.getMessage());
    }

    boolean contains(Segment segment) {
        return failureByLife.containsKey(segment.life());
    }

    /** Lets all be tried again if the first has waited for so long. */
    void forgetInTime() {
        if (!failureByLife.isEmpty() && clock.nanoTime() - since > AGAIN_NANOS) {
            failureByLife.clear();
        }
    }

    /** Lets all be tried again; why the first was passed over, null if none was. */
    @Nullable
    SpoolIoException forget() {
        SpoolIoException first = failureByLife.values().stream().findFirst().orElse(null);
        failureByLife.clear();
        return first;
    }
}
