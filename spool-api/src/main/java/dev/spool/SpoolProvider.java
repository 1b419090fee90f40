package dev.spool;

import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * A backend's entry, found by {@link ServiceLoader}. {@link #named} finds one by name, {@link #of} the one that made a
 * directory.
 */
public interface SpoolProvider {

    /** Name of the backend, as recorded in a spool's identity and given on the command line: {@code file} and so on. */
    String name();

    /** Whether the directory holds a spool of this backend, judged by its identity or, if that is damaged, its other files. */
    boolean recognises(Path directory) throws SpoolException;

    /**
     * Opens or creates the spool in {@code directory} and owns it until it is closed, sealed or fenced. Recovers it first if
     * it was not closed cleanly. On return the ownership is durable and everything found is being served.
     *
     * @throws SpoolLockedException if it is owned, by another process or in this one; the message names the holder
     * @throws SpoolFencedException if the lock was lost, and another process took the directory over, while it was being opened
     * @throws SpoolVersionException if a newer version wrote it
     * @throws SpoolCorruptException if damage prevents any service; damage to single messages does not
     * @throws SpoolFullException if there is no room even to recover
     * @throws SpoolIoException if the directory cannot be used: permissions, an unsafe filesystem, an I/O error, no spool
     *     there and {@link SpoolOptions#createIfMissing()} false
     */
    Spool open(Path directory, SpoolOptions options) throws SpoolException;

    /**
     * Takes the lock of an existing spool, reads what a clean end left, and tries a write beside the data. Raises nothing and
     * changes nothing: the second half of a handoff, whose first half is {@link Drainable#seal}.
     *
     * @throws SpoolLockedException if it is owned, by another process or in this one
     * @throws SpoolFullException if there is no room for the trial write
     * @throws SpoolIoException if there is no spool, or the trial write fails
     */
    Takeover takeOver(Path directory, SpoolOptions options) throws SpoolException;

    /**
     * Looks at an existing spool that is to be taken over later, beside its owner. By itself this reads next to nothing:
     * {@link LookAhead#refresh} does.
     *
     * @throws SpoolIoException if there is no spool
     */
    LookAhead lookAhead(Path directory, SpoolOptions options) throws SpoolException;

    /** Opens for reading: takes no lock, writes nothing, works beside an owner. Errors as in {@link #open}. */
    SpoolReader openReadOnly(Path directory, SpoolOptions options) throws SpoolException;

    /**
     * Checks everything, offline and read-only; findings are handed over as they are made.
     *
     * @throws SpoolLockedException if a process owns the spool
     */
    CheckReport check(Path directory, SpoolOptions options, Consumer<Finding> findings) throws SpoolException;

    /**
     * As {@link #check}, then moves what is damaged into {@code directory/quarantine}, deleting nothing, so that the next
     * check is clean.
     */
    CheckReport repair(Path directory, SpoolOptions options, Consumer<Finding> findings) throws SpoolException;

    /**
     * The provider of that name.
     *
     * @throws IllegalArgumentException if none is on the class or module path
     */
    static SpoolProvider named(String name) {
        for (SpoolProvider provider : ServiceLoader.load(SpoolProvider.class)) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new IllegalArgumentException(
                "no spool backend named '" + name + "' on the class path; add dev.spool:spool-" + name);
    }

    /**
     * The provider whose spool is in {@code directory}.
     *
     * @throws SpoolIoException if no provider recognises it
     */
    static SpoolProvider of(Path directory) throws SpoolException {
        for (SpoolProvider provider : ServiceLoader.load(SpoolProvider.class)) {
            if (provider.recognises(directory)) {
                return provider;
            }
        }
        throw new SpoolIoException("no spool in " + directory + " that a backend on the class path recognises");
    }
}
