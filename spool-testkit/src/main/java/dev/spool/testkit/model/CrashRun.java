package dev.spool.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.testkit.disk.PowerCut;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A run on a simulated machine whose power is cut at any operation of the disk. After each crash a reader looks first: it writes
 * nothing, and what it sees is what the next owner serves.
 */
final class CrashRun extends ModelRun {

    private final SimulatedSubject subject;

    /** The messages that a crash may change. */
    private final Map<SpoolId, Fates> fates = new LinkedHashMap<>();

    CrashRun(SimulatedSubject subject) throws SpoolException {
        super(subject);
        this.subject = subject;
    }

    @Override
    void apply(Operation operation) throws SpoolException {
        if (operation instanceof Operation.CutShort cut) {
            cutShort(cut);
        } else if (operation == Operation.Simple.KILL && subject.isDeferred()) {
            crash(List.of());
        } else {
            super.apply(operation);
            if (!subject.isDeferred() || operation == Operation.Simple.SEAL || operation == Operation.Simple.REOPEN) {
                fates.clear();
            }
        }
    }

    @Override
    void changing(SpoolId id) {
        fates.computeIfAbsent(id, key -> new Fates(id, reference().load(id)));
    }

    @Override
    void changed(SpoolId id, CompletableFuture<?> future) {
        Fates fate = fates.get(id);
        if (fate != null) {
            fate.add(future, reference().load(id));
        }
    }

    private void cutShort(Operation.CutShort cut) throws SpoolException {
        if (reference().takesMessages()) {
            cut.changes().forEach(this::submit);
        }
        subject.machine().cutAfter(cut.diskOperations());
        try {
            begin(cut.beside());
            while (subject.machine().disk().isAlive() && subject.step()) {}
        } catch (PowerCut e) {
            // as planned
        } catch (SpoolException | RuntimeException e) {
            if (subject.machine().disk().isAlive()) {
                throw e;
            }
        }
        crash(cut.cutsOfRecovery());
    }

    /** Starts something large without waiting for it; what waits by itself may be cut short on the way. */
    @SuppressWarnings("FutureReturnValueIgnored") // the power is cut before anybody could ask
    private void begin(Operation.Simple beside) throws SpoolException {
        switch (beside) {
            case COMPACT -> spool().compact();
            case CLEANUP -> spool().cleanup();
            case SEAL -> spool().drainable().seal();
            case REOPEN -> {
                spool().close();
                replaceSpool(subject.open());
            }
            default -> {}
        }
    }

    private void crash(List<Integer> cutsOfRecovery) throws SpoolException {
        boolean cacheLives = !subject.crash();
        Map<SpoolId, Optional<Message>> seen = look(cacheLives || !subject.isDeferred());
        boolean unchanged = openAfter(cutsOfRecovery) || !cacheLives;
        boolean lasting = !subject.isDeferred() || (cacheLives && unchanged);
        for (Map.Entry<SpoolId, Fates> entry : fates.entrySet()) {
            SpoolId id = entry.getKey();
            Optional<Message> found = spool().load(id).join();
            entry.getValue().requireAllowed(found, lasting);
            if (unchanged) {
                Fates.requireSame(id, found, seen.getOrDefault(id, Optional.empty()));
            }
            forget(id);
            found.ifPresentOrElse(
                    message -> reference().store(id, message), () -> reference().remove(id));
        }
        fates.clear();
        reference().reopen();
    }

    /** What a reader sees of messages in doubt; each is one of those that may be. */
    private Map<SpoolId, Optional<Message>> look(boolean lasting) throws SpoolException {
        Map<SpoolId, Optional<Message>> seen = new LinkedHashMap<>();
        long operations = subject.machine().disk().operations();
        try (SpoolReader reader = subject.openReadOnly()) {
            for (Map.Entry<SpoolId, Fates> entry : fates.entrySet()) {
                Optional<Message> found = reader.load(entry.getKey()).join();
                entry.getValue().requireAllowed(found, lasting);
                seen.put(entry.getKey(), found);
            }
            for (Map.Entry<SpoolId, Message> entry : reference().messages().entrySet()) {
                SpoolId id = entry.getKey();
                if (!fates.containsKey(id)) {
                    Fates.requireSame(id, reader.load(id).join(), Optional.of(entry.getValue()));
                }
            }
        }
        subject.check();
        assertThat(subject.machine().disk().operations())
                .as("operations of readers")
                .isEqualTo(operations);
        return seen;
    }

    /** Opens for good after some opens that are cut short. False if what was in the page cache may have been lost. */
    private boolean openAfter(List<Integer> cutsOfRecovery) throws SpoolException {
        boolean cacheLives = true;
        for (int operations : cutsOfRecovery) {
            subject.machine().cutAfter(operations);
            try {
                subject.open();
            } catch (PowerCut e) {
                cacheLives = false;
            }
            cacheLives &= !subject.crash();
        }
        replaceSpool(subject.open());
        return cacheLives;
    }
}
