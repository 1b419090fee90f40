package dev.spool.engine;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolLockedException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A directory that a test may take away. */
final class FakeOwnership implements Ownership {

    private final int shards;
    volatile boolean mine = true;
    volatile boolean held = true;
    volatile boolean lockedByOther;

    @Nullable
    Fingerprint released;

    FakeOwnership(int shards) {
        this.shards = shards;
    }

    @Override
    public Path directory() {
        return Path.of("fake");
    }

    @Override
    public UUID storeId() {
        return new UUID(1, 2);
    }

    @Override
    public int shards() {
        return shards;
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public boolean cleanlyReleased() {
        return true;
    }

    @Override
    public boolean predecessorGone() {
        return true;
    }

    @Override
    public @Nullable Fingerprint lastFingerprint() {
        return released;
    }

    @Override
    public ByteBuffer note() {
        return ByteBuffer.allocate(0);
    }

    @Override
    public void updateNote(UnaryOperator<ByteBuffer> change) {}

    @Override
    public void release(Fingerprint fingerprint) {
        released = fingerprint;
        held = false;
    }

    @Override
    public void reacquire() throws SpoolException {
        if (lockedByOther) {
            throw new SpoolLockedException("locked", "another");
        }
        if (!mine) {
            throw new SpoolFencedException("another has owned it");
        }
        held = true;
    }

    @Override
    public void abandon() {
        held = false;
    }

    @Override
    public boolean overtaken() {
        return !mine;
    }

    @Override
    public boolean stillMine() {
        return mine;
    }
}
