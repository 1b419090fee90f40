package dev.spool.engine.spi;

import dev.spool.MessageInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the version of a message that an operation is about to replace or remove. A backend subclasses it to
 * remember where that version stands.
 */
public abstract class Current {

    private final @Nullable MessageInfo info;

    /** @param info null if the version is so damaged that nothing is known of it */
    protected Current(@Nullable MessageInfo info) {
        this.info = info;
    }

    /** Null if the version is damaged beyond knowing; its id may still be removed or replaced. */
    public final @Nullable MessageInfo info() {
        return info;
    }
}
