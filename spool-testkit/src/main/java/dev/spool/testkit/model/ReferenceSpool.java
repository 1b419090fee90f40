package dev.spool.testkit.model;

import dev.spool.Drainable.Phase;
import dev.spool.Message;
import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a spool should hold, as plainly as it can be said. */
public final class ReferenceSpool {

    private final Map<SpoolId, Message> messages = new LinkedHashMap<>();
    private final Set<SpoolId> presentAtOpen = new HashSet<>();
    private Phase phase = Phase.OPEN;

    public Phase phase() {
        return phase;
    }

    /** Whether new messages are taken. */
    public boolean takesMessages() {
        return phase == Phase.OPEN;
    }

    /** Whether removes and updates are taken. */
    public boolean takesChanges() {
        return phase != Phase.SEALED;
    }

    public void store(SpoolId id, Message message) {
        messages.put(id, message);
    }

    /** Whether there was such a message. */
    public boolean updateEnvelope(SpoolId id, ByteBuffer envelope) {
        return messages.computeIfPresent(id, (key, old) -> old.withEnvelope(envelope)) != null;
    }

    /** Whether there was such a message. */
    public boolean remove(SpoolId id) {
        presentAtOpen.remove(id);
        return messages.remove(id) != null;
    }

    public @Nullable Message load(SpoolId id) {
        return messages.get(id);
    }

    /** Everything that is there. */
    public Map<SpoolId, Message> messages() {
        return Collections.unmodifiableMap(messages);
    }

    /** What was there when the spool was opened and has not been removed since. */
    public Set<SpoolId> presentAtOpen() {
        return Collections.unmodifiableSet(presentAtOpen);
    }

    /** Body and envelope bytes of all messages. */
    public long liveBytes() {
        return messages.values().stream()
                .mapToLong(message -> message.bodyBytes() + message.envelopeBytes())
                .sum();
    }

    public void drain() {
        phase = Phase.DRAINED;
    }

    public void seal() {
        phase = Phase.SEALED;
    }

    public void resume() {
        phase = Phase.OPEN;
    }

    /** As after any end, clean or not: everything was acknowledged. */
    public void reopen() {
        phase = Phase.OPEN;
        presentAtOpen.clear();
        presentAtOpen.addAll(messages.keySet());
    }
}
