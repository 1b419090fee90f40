package dev.spool.jmh;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Fills a spool with many messages fast, a thousand to an acknowledgement. */
public final class BulkLoad {

    /** Messages stored together. */
    public static final int STEP = 1000;

    private static final int ENVELOPE_BYTES = 100;

    private final Spool spool;
    private final ByteBuffer body;
    private final ByteBuffer envelope = ByteBuffer.allocate(ENVELOPE_BYTES);

    public BulkLoad(Spool spool, int bodyBytes) {
        this.spool = spool;
        this.body = ByteBuffer.allocate(bodyBytes);
    }

    /** Stores {@link #STEP} messages with an envelope, and returns their ids. */
    public List<SpoolId> storeStep() {
        Map<SpoolId, Message> messages = new HashMap<>();
        for (int i = 0; i < STEP; i++) {
            messages.put(SpoolId.next(), Message.of(body, envelope));
        }
        spool.storeAll(messages, StoreOptions.DEFAULT).join();
        return List.copyOf(messages.keySet());
    }

    /** Replaces the envelope of each of them. */
    void updateEnvelopes(List<SpoolId> ids) {
        List<CompletableFuture<Boolean>> updates = new ArrayList<>();
        for (SpoolId id : ids) {
            updates.add(spool.updateEnvelope(id, envelope));
        }
        updates.forEach(CompletableFuture::join);
    }
}
