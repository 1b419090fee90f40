package dev.spool.engine.directory;

import java.nio.file.Path;
import java.util.Set;

/** Names of the files that the engine itself keeps in a spool's directory. */
public final class Layout {

    public static final String IDENTITY = "spool.identity";
    public static final String EPOCH = "spool.epoch";
    public static final String OWNER = "spool.owner";
    public static final String LOCK = "spool.lock";

    /** Written, synced and deleted to try the volume, by whoever holds the lock and does not own yet; means nothing. */
    static final String PROBE = "spool.probe.tmp";

    /** Added to a name while the file is being made; such a file means nothing. */
    static final String TEMPORARY = ".tmp";

    /** What may be there before there is a spool. */
    private static final Set<String> BEFORE_ANY_SPOOL =
            Set.of(LOCK, IDENTITY + TEMPORARY, EPOCH + TEMPORARY, OWNER + TEMPORARY, PROBE, "lost+found");

    private Layout() {}

    /** Whether a directory that holds only such files is as good as empty. */
    static boolean meansNothing(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") || BEFORE_ANY_SPOOL.contains(name);
    }
}
