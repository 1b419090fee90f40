package dev.spool.engine;

import dev.spool.SpoolException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits that an interrupt does not cut short; the flag is set again when they end. */
final class Waiting {

    private Waiting() {}

    static <T extends @Nullable Object> T forResult(Future<T> future) throws SpoolException {
        try {
            return forResult(future, Long.MAX_VALUE);
        } catch (TimeoutException e) {
            throw new IllegalStateException("a wait of centuries timed out", e);
        }
    }

    /** @throws TimeoutException after {@code nanos} */
    static <T extends @Nullable Object> T forResult(Future<T> future, long nanos)
            throws SpoolException, TimeoutException {
        boolean interrupted = false;
        long start = System.nanoTime();
        try {
            while (true) {
                try {
                    return future.get(Math.max(0, nanos - (System.nanoTime() - start)), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw rethrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Throws what is unchecked, and returns a copy of a {@link SpoolException} with the caller's stack trace. */
    static SpoolException rethrown(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof SpoolException typed) {
            return typed.forCaller();
        }
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException("failed with " + cause, cause);
    }
}
