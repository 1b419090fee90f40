package dev.spool.testkit.disk;

/**
 * Thrown from the operation at which a {@link SimulatedDisk} lost power or its process was killed, and from every operation
 * after it. An error and no exception, because a dead process handles nothing: code that catches and goes on meets it again.
 */
public final class PowerCut extends Error {

    private static final long serialVersionUID = 1L;

    PowerCut(String message) {
        super(message);
    }
}
