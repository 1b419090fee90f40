package dev.spool.lmdb;

import static dev.spool.lmdb.LogDriver.batch;
import static dev.spool.lmdb.LogDriver.chunk;
import static dev.spool.lmdb.LogDriver.commit;
import static dev.spool.lmdb.LogDriver.put;
import static dev.spool.lmdb.LogDriver.records;
import static dev.spool.lmdb.LogDriver.remove;
import static dev.spool.lmdb.LogDriver.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.Batch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log without its engine: batches that are taken back, owners that are none any more, and what a crash leaves. */
class LmdbLogTest {

    private static final SpoolId FIRST = new SpoolId(1, 1);
    private static final SpoolId SECOND = new SpoolId(2, 2);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    @Test
    void aBatchThatNobodyWasToldOfIsNeverSeenAndTakenBack() throws Exception {
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "kept"));
            Batch doubtful = batch(log, put(log, FIRST, "replaced"), put(log, SECOND, "new"));
            log.commit(doubtful).toCompletableFuture().join();
            assertThat(text(log, FIRST)).isEqualTo("kept");
            assertThat(text(log, SECOND)).isNull();
            long next = log.nextRevision();
            log.recover(List.of());
            assertThat(text(log, FIRST)).isEqualTo("kept");
            assertThat(text(log, SECOND)).isNull();
            assertThat(log.nextRevision()).isGreaterThanOrEqualTo(next);
            commit(log, remove(log, FIRST));
            commit(log, put(log, SECOND, "later"));
        }
        try (LmdbBackend backend = open(2, true)) {
            LmdbLog log = backend.logs().get(0);
            assertThat(text(log, FIRST)).isNull();
            assertThat(text(log, SECOND)).isEqualTo("later");
            assertThat(log.head().liveCount()).isEqualTo(1);
            assertThat(records(log)).isEqualTo(1);
        }
    }

    @Test
    void aRemoveThatNobodyWasToldOfIsTakenBack() throws Exception {
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "kept"));
            log.commit(batch(log, remove(log, FIRST))).toCompletableFuture().join();
            assertThat(text(log, FIRST)).isEqualTo("kept");
            log.recover(List.of());
            commit(log, put(log, SECOND, "beside"));
            assertThat(text(log, FIRST)).isEqualTo("kept");
        }
        try (LmdbBackend backend = open(2, true)) {
            assertThat(text(backend.logs().get(0), FIRST)).isEqualTo("kept");
            assertThat(backend.logs().get(0).head().liveCount()).isEqualTo(2);
        }
    }

    @Test
    void anOwnerThatIsNoneAnyMoreCommitsNothing() throws Exception {
        try (LmdbBackend old = open(1, true)) {
            LmdbLog log = old.logs().get(0);
            commit(log, put(log, FIRST, "before"));
            try (LmdbBackend successor = open(2, true)) {
                assertThatThrownBy(() -> log.commit(batch(log, put(log, SECOND, "late")))
                                .toCompletableFuture()
                                .join())
                        .hasCauseInstanceOf(SpoolFencedException.class);
                assertThat(text(successor.logs().get(0), FIRST)).isEqualTo("before");
                assertThat(text(successor.logs().get(0), SECOND)).isNull();
            }
        }
    }

    @Test
    void afterAPredecessorThatMayStillWriteTheLogLivesInAFileOfItsOwn() throws Exception {
        Path before;
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "before"));
            before = log.file().file();
        }
        try (LmdbBackend backend = open(2, false)) {
            LmdbLog log = backend.logs().get(0);
            assertThat(log.file().file()).isNotEqualTo(before);
            assertThat(before).doesNotExist();
            assertThat(text(log, FIRST)).isEqualTo("before");
            commit(log, put(log, SECOND, "after"));
        }
        try (LmdbBackend backend = open(3, true)) {
            assertThat(backend.logs().get(0).head().liveCount()).isEqualTo(2);
        }
    }

    @Test
    void whatACrashLeavesWithoutAnOwnerIsDeletedAtTheNextOpen() throws Exception {
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "removed"));
            commit(log, chunk(log, SECOND));
            commit(log, remove(log, FIRST));
            assertThat(records(log)).isEqualTo(2);
        }
        try (LmdbBackend backend = open(2, true)) {
            LmdbLog log = backend.logs().get(0);
            assertThat(records(log)).isZero();
            assertThat(text(log, FIRST)).isNull();
            assertThat(text(log, SECOND)).isNull();
        }
    }

    @Test
    void aPartOfABodyThatNobodyWasToldOfIsTakenBack() throws Exception {
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "kept"));
            log.commit(batch(log, chunk(log, SECOND))).toCompletableFuture().join();
            assertThat(records(log)).isEqualTo(2);
            log.recover(List.of());
            assertThat(records(log)).isEqualTo(1);
            assertThat(text(log, FIRST)).isEqualTo("kept");
        }
    }

    @Test
    void whatWasReadIsNoMemoryOfThisProcessAnyMoreWhenMemoryIsLow() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/smaps")), "nothing tells what is resident");
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            String text = "x".repeat(1 << 20);
            commit(log, put(log, FIRST, text));
            assertThat(text(log, FIRST)).isEqualTo(text);
            assertThat(backend.adviseLowMemory()).isGreaterThan(1 << 19);
            assertThat(text(log, FIRST)).isEqualTo(text);
        }
    }

    @Test
    void whatHasBeenClosedIsNotOpenedAgainByAReader() throws Exception {
        LmdbLog log;
        try (LmdbBackend backend = open(1, true)) {
            log = backend.logs().get(0);
            commit(log, put(log, FIRST, "kept"));
        }
        assertThatThrownBy(() -> log.read(FIRST, true))
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining("has been closed");
    }

    private LmdbBackend open(long epoch, boolean predecessorGone) throws SpoolException {
        return LmdbBackend.open(new OwnerContext(temp, epoch, predecessorGone));
    }
}
