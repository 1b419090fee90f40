package dev.spool.cli.base;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for the outcome of an operation. */
public final class Outcome {

    private Outcome() {}

    /** What the operation returned; throws why it failed. */
    public static <T> T of(CompletableFuture<T> operation) throws SpoolException {
        try {
            return operation.join();
        } catch (CompletionException e) {
            throw failure(e);
        }
    }

    /** What an operation failed with, freed of what futures wrap around it. */
    public static SpoolException failure(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof SpoolException failure
                ? failure
                : new SpoolIoException("the spool failed unexpectedly: " + cause, cause);
    }
}
