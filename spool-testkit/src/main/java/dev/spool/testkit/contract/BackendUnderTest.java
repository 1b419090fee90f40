package dev.spool.testkit.contract;

import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.nio.file.Path;

/** What a test of every backend asks of the one that it is run for. */
public interface BackendUnderTest {

    /**
     * The provider; may be asked several times by one test. For the tests tagged {@link SpoolContract#PROCESS} its class is
     * public with a public constructor without parameters, so that another process can make one.
     */
    SpoolProvider provider();

    /** The options with which the tests open, each changing what it is about. */
    default SpoolOptions options() {
        return SpoolOptions.DEFAULTS;
    }

    /** Whether reading changes a file in which readers make themselves known to the owner; it holds nothing of the spool. */
    default boolean isChangedByReaders(Path file) {
        return false;
    }
}
