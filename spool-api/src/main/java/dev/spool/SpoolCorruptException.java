package dev.spool;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stored data is damaged. Reported in place of bytes that cannot be trusted; never wrong bytes, never an older version. The
 * damaged message can be removed, and {@code spool-fsck --repair} moves it to quarantine.
 */
public final class SpoolCorruptException extends SpoolException {

    private static final long serialVersionUID = 1L;

    private final @Nullable SpoolId id;
    private final String where;
    private final String why;

    /**
     * @param id the damaged message, where known
     * @param where file and offset
     * @param why expected and found values
     */
    public SpoolCorruptException(@Nullable SpoolId id, String where, String why) {
        this(id, where, why, null);
    }

    public SpoolCorruptException(@Nullable SpoolId id, String where, String why, @Nullable Throwable cause) {
        super(
                (id == null ? "damaged data" : "message " + id + " is damaged") + " at " + where + ": " + why
                        + "; run spool-fsck, and spool-fsck --repair to quarantine it",
                cause);
        this.id = id;
        this.where = where;
        this.why = why;
    }

    /** The damaged message, where that is known. */
    public Optional<SpoolId> id() {
        return Optional.ofNullable(id);
    }

    /** File and offset, or the nearest thing the backend can name. */
    public String where() {
        return where;
    }

    /** What was expected and what was found. */
    public String why() {
        return why;
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public SpoolCorruptException forCaller() {
        return new SpoolCorruptException(id, where, why, this);
    }
}
