package dev.spool.engine;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.engine.directory.Owner;
import dev.spool.engine.directory.Predecessor;
import dev.spool.engine.directory.SpoolDirectory;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Ownership of a directory of this machine. */
final class DirectoryOwnership implements Ownership {

    private static final System.Logger LOG = System.getLogger(DirectoryOwnership.class.getName());

    private final SpoolDirectory directory;

    DirectoryOwnership(SpoolDirectory directory) {
        this.directory = directory;
    }

    @Override
    public Path directory() {
        return directory.directory();
    }

    @Override
    public UUID storeId() {
        return directory.identity().storeId();
    }

    @Override
    public int shards() {
        return directory.identity().shards();
    }

    @Override
    public long epoch() {
        return directory.epoch();
    }

    @Override
    public boolean cleanlyReleased() {
        return directory.cleanlyReleased();
    }

    @Override
    public boolean predecessorGone() {
        return directory.predecessor() != Predecessor.UNKNOWN;
    }

    @Override
    public @Nullable Fingerprint lastFingerprint() {
        return directory.previousOwner().flatMap(Owner::sealed).orElse(null);
    }

    @Override
    public ByteBuffer note() {
        return directory.note();
    }

    @Override
    public void updateNote(UnaryOperator<ByteBuffer> change) throws SpoolException {
        directory.updateNote(change);
    }

    @Override
    public boolean stillMine() throws SpoolException {
        return directory.stillMine();
    }

    @Override
    public void release(Fingerprint fingerprint) throws SpoolException {
        directory.release(fingerprint, ByteBuffer.allocate(0));
    }

    @Override
    public void reacquire() throws SpoolException {
        directory.retake();
    }

    @Override
    public boolean overtaken() throws SpoolException {
        return directory.overtaken();
    }

    @Override
    public void abandon() {
        try {
            directory.abandon();
        } catch (SpoolException e) {
            // Whatever the platform says, this process will not use it again.
            LOG.log(Level.WARNING, "giving up the lock of " + directory.directory() + " failed", e);
        }
    }
}
