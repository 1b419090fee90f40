package dev.spool.engine;

import dev.spool.BlockingSpool;
import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operations of a spool for threads that park until the committer wakes them; no future and no executor is involved. */
final class BlockingOperations implements BlockingSpool {

    private final EngineCore core;
    private final EngineSpool spool;

    BlockingOperations(EngineCore core, EngineSpool spool) {
        this.core = core;
        this.spool = spool;
    }

    @Override
    public void store(SpoolId id, Message message, StoreOptions options) throws SpoolException {
        spool.requireOpen();
        core.submitter().checkLimits(message);
        outcome(core.submitter().store(id, message, options, Thread.currentThread()));
    }

    @Override
    public void storeAll(Map<SpoolId, Message> messages, StoreOptions options) throws SpoolException {
        Tally tally = new Tally(messages.size(), null);
        spool.storeAll(messages, options, tally);
        outcome(tally);
    }

    @Override
    public boolean updateEnvelope(SpoolId id, ByteBuffer envelope, StoreOptions options) throws SpoolException {
        spool.requireOpen();
        core.submitter().checkLimits(envelope);
        return outcome(core.submitter().updateEnvelope(id, envelope, options, Thread.currentThread()));
    }

    @Override
    public Optional<Message> load(SpoolId id) throws SpoolException {
        return core.reads().load(id);
    }

    @Override
    public Optional<ByteBuffer> loadEnvelope(SpoolId id) throws SpoolException {
        return core.reads().loadEnvelope(id);
    }

    @Override
    public boolean remove(SpoolId id) throws SpoolException {
        spool.requireOpen();
        return outcome(core.submitter().remove(id, Thread.currentThread()));
    }

    @Override
    public long removeAll(Collection<SpoolId> ids) throws SpoolException {
        List<SpoolId> all = List.copyOf(ids);
        Tally tally = new Tally(all.size(), null);
        spool.removeAll(all, tally);
        outcome(tally);
        return tally.found();
    }

    @Override
    public void cleanup() throws SpoolException {
        core.await(spool.cleanup());
    }

    @Override
    public void compact() throws SpoolException {
        core.await(spool.compact());
    }

    private boolean outcome(Operation operation) throws SpoolException {
        Object outcome = core.completions().await(operation);
        if (outcome instanceof Throwable failure) {
            throw Waiting.rethrown(failure);
        }
        return (Boolean) outcome;
    }

    private void outcome(Tally tally) throws SpoolException {
        core.completions().await(tally);
        Throwable failure = tally.failure();
        if (failure instanceof SpoolException typed) {
            throw typed; // a copy of its own already, with the other failures attached
        }
        if (failure != null) {
            throw Waiting.rethrown(failure);
        }
    }
}
