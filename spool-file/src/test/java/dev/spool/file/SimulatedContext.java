package dev.spool.file;

import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.LogScan;
import dev.spool.testkit.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** An engine's context for one log on a simulated disk. The note outlives the context as the epoch file would. */
final class SimulatedContext implements BackendContext {

    static final Path DIRECTORY = Path.of("/spool");

    private final SimulatedDisk disk;
    private final EngineClock clock;
    private final SpoolOptions options;
    private final Note note;
    private final long epoch;
    final List<LogScan.Damage> damages = new ArrayList<>();
    boolean commitRequested;

    /** What the epoch file holds for the backend. */
    static final class Note {
        ByteBuffer bytes = ByteBuffer.allocate(0);
        long epoch;
    }

    SimulatedContext(SimulatedDisk disk, EngineClock clock, SpoolOptions options, Note note) {
        this.disk = disk;
        this.clock = clock;
        this.options = options;
        this.note = note;
        this.epoch = ++note.epoch;
    }

    @Override
    public Path directory() {
        return DIRECTORY;
    }

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public EngineClock clock() {
        return clock;
    }

    @Override
    public SpoolOptions options() {
        return options;
    }

    @Override
    public UUID storeId() {
        return new UUID(17, 4);
    }

    @Override
    public int shards() {
        return 1;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean cleanlyReleased() {
        return false;
    }

    @Override
    public boolean predecessorGone() {
        return true;
    }

    @Override
    public ByteBuffer note() {
        return note.bytes.duplicate();
    }

    @Override
    public void updateNote(UnaryOperator<ByteBuffer> change) throws SpoolIoException {
        try {
            disk.syncDirectory(DIRECTORY);
        } catch (IOException e) {
            throw new SpoolIoException("the note was not written", e);
        }
        ByteBuffer bytes = change.apply(note());
        note.bytes = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    @Override
    public void requestCommit(int log) {
        commitRequested = true;
    }

    @Override
    public void wakeMaintenance() {}

    @Override
    public void damaged(LogScan.Damage damage) {
        damages.add(damage);
    }
}
