package dev.spool.rocksdb;

import dev.spool.MessageInfo;
import dev.spool.engine.spi.Current;
import org.jspecify.annotations.Nullable;

/** The version of a message that an operation is about to replace or remove. */
final class RocksCurrent extends Current {

    private final byte[] value;
    private final @Nullable BodyLink body;
    private final int stamp;

    /**
     * @param value its record as it stands, damaged or not, to be put back if the operation fails
     * @param body where its body is; null if the record does not tell
     * @param stamp how often messages of its stripe had changed before it was read
     */
    RocksCurrent(@Nullable MessageInfo info, byte[] value, @Nullable BodyLink body, int stamp) {
        super(info);
        this.value = value;
        this.body = body;
        this.stamp = stamp;
    }

    byte[] value() {
        return value;
    }

    @Nullable
    BodyLink body() {
        return body;
    }

    int stamp() {
        return stamp;
    }
}
