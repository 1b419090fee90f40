package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The root pages of a file held against what hangs on them. They carry no checksum, and the one with the higher transaction counts:
 * by a flipped bit in that number the last batch could be lost without a trace. So each commit writes its number into the log's
 * state too.
 */
final class RootPages {

    private static final int ATTEMPTS = 20;

    private RootPages() {}

    /**
     * Verifies the newest file of a log to which somebody may be writing, or which he may be about to replace: what is seen once
     * may be his doing, and what is seen again and again is not.
     *
     * @throws SpoolCorruptException if a root page is not the one of its commit
     */
    static void requireTrueBesideOwner(Disk disk, Path directory, int log) throws SpoolException {
        for (int attempt = 1; ; attempt++) {
            Optional<Generation> newest = Generation.newest(disk, directory);
            try {
                if (newest.isPresent()) {
                    try (PageFile pages = PageFile.open(disk, newest.get().file(directory))) {
                        requireTrue(pages, log);
                    }
                }
                return;
            } catch (SpoolCorruptException | SpoolIoException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Verifies a file that nobody writes to. */
    static void requireTrue(PageFile pages, int log) throws SpoolException {
        try {
            for (FileRoot root : FileFormat.roots(pages.file())) {
                requireTrue(pages.at(root), root, log);
            }
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw new SpoolIoException("reading " + pages.file().path() + " failed: " + e.getMessage(), e);
        }
    }

    private static void requireTrue(PageFile pages, FileRoot root, int log) throws SpoolException {
        LogState state;
        try {
            state = LogState.read(new PagedLog(pages), log);
        } catch (SpoolCorruptException e) {
            return; // of a file in the making, or damage that whoever reads it meets
        }
        if (state != null && state.transaction() != root.transaction()) {
            throw new SpoolCorruptException(
                    null,
                    pages.file().path() + " root page",
                    "it says that it is of transaction " + root.transaction() + ", and what hangs on it is of "
                            + state.transaction());
        }
    }
}
