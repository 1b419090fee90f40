package dev.spool.cli.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How directories stand to each other. */
public final class Directories {

    private Directories() {}

    /**
     * Refuses to write into a spool that is only to be read.
     *
     * @throws UsageException if {@code target} is {@code spool} or inside it
     */
    public static void requireOutside(Path target, Path spool) throws IOException {
        if (real(target).startsWith(spool.toRealPath())) {
            throw new UsageException(
                    target + " is inside the spool " + spool + ", which is only read; name another place");
        }
    }

    /** The path with the links of all that exists of it resolved. */
    private static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path existing = absolute;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing.toRealPath().resolve(existing.relativize(absolute));
    }
}
