package dev.spool.engine;

import dev.spool.SpoolException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What makes the steps of an engine happen: threads, or a simulation that takes one step after the other. */
interface EngineRunner {

    /** Where callbacks run that no executor of the host takes; never runs one in the thread that gives it. */
    Executor callbacks();

    /** Takes a turn when somebody waits; null if threads do. */
    Completions.@Nullable Pump pump();

    /** Begins to run the steps of this engine. */
    void start(EngineCore core);

    /** Ends all that {@link #start} began; returns when no step is running or will run. */
    void stop();

    /**
     * Does something that touches files on a thread that belongs to the engine, whatever the state of the caller's; waits for
     * it, keeping an interrupt.
     */
    <T extends @Nullable Object> T call(String what, OwnedTask<T> task) throws SpoolException;

    /** As {@link #call}, without waiting. */
    void run(String what, Runnable task);

    /** Something that touches files. */
    @FunctionalInterface
    interface OwnedTask<T extends @Nullable Object> {
        T run() throws SpoolException;
    }
}
