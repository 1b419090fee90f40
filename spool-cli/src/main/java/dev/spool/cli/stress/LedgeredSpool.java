package dev.spool.cli.stress;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.cli.base.Outcome;
import dev.spool.engine.ledger.BodyDigest;
import dev.spool.engine.ledger.Ledger;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Issues operations and keeps the ledger: a line before each, so that nothing is in the spool that the ledger does not know
 * of, and a line as soon as its acknowledgement comes.
 */
final class LedgeredSpool {

    private final Spool spool;
    private final Ledger ledger;

    LedgeredSpool(Spool spool, Ledger ledger) {
        this.spool = spool;
        this.ledger = ledger;
    }

    /** Does the operation in the calling thread. */
    void perform(StressOperation operation) {
        SpoolId id = operation.target().id();
        Message message = operation.message();
        try {
            writeIssued(operation);
            operation.issued();
            if (message == null) {
                spool.blocking().remove(id);
            } else {
                spool.blocking().store(id, message);
            }
            operation.succeeded();
            writeAcknowledged(operation);
        } catch (IOException | RuntimeException e) {
            operation.failed(e);
        }
    }

    /** Starts the operation; {@code done} is called with it once, in whatever thread, when its outcome is known. */
    void start(StressOperation operation, Consumer<StressOperation> done) {
        SpoolId id = operation.target().id();
        Message message = operation.message();
        CompletableFuture<?> future;
        try {
            writeIssued(operation);
            operation.issued();
            future = message == null ? spool.remove(id) : spool.store(id, message);
        } catch (IOException | RuntimeException e) {
            operation.failed(e);
            done.accept(operation);
            return;
        }
        var unused = future.whenComplete((result, thrown) -> {
            if (thrown == null) {
                acknowledge(operation);
            } else {
                operation.failed(Outcome.failure(thrown));
            }
            done.accept(operation);
        });
    }

    private void acknowledge(StressOperation operation) {
        operation.succeeded();
        try {
            writeAcknowledged(operation);
        } catch (IOException e) {
            operation.failed(e);
        }
    }

    private void writeIssued(StressOperation operation) throws IOException {
        BodyDigest digest = operation.digest();
        if (digest == null) {
            ledger.removing(operation.target().id());
        } else {
            ledger.storing(operation.target().id(), digest);
        }
    }

    private void writeAcknowledged(StressOperation operation) throws IOException {
        BodyDigest digest = operation.digest();
        if (digest == null) {
            ledger.removed(operation.target().id());
        } else {
            ledger.stored(operation.target().id(), digest);
        }
    }
}
