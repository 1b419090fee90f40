package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The root pages of a file held against what hangs on them. They carry no checksum, and the one with the higher transaction counts:
 * by a flipped bit in that number the last batch could be lost without a trace. So each commit writes its number into the log's
 * state too.
 */
final class RootPages {

    private RootPages() {}

    /**
     * Verifies a log's file that nobody writes to.
     *
     * @throws SpoolCorruptException if a root page is not the one of its commit
     */
    static void requireTrue(Disk disk, Path file, int log) throws SpoolException {
        try (PageFile pages = PageFile.open(disk, file)) {
            requireTrue(pages, log);
        }
    }

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
