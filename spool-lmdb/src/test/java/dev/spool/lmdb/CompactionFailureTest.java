package dev.spool.lmdb;

import static dev.spool.lmdb.LogDriver.batch;
import static dev.spool.lmdb.LogDriver.commit;
import static dev.spool.lmdb.LogDriver.put;
import static dev.spool.lmdb.LogDriver.remove;
import static dev.spool.lmdb.LogDriver.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.SystemDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Turning to the copy is the moment in which a log could lose something: whatever fails there, both files hold the same. */
class CompactionFailureTest {

    private static final SpoolId BEFORE = new SpoolId(1, 1);
    private static final SpoolId AFTER = new SpoolId(2, 2);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private final FailingDisk disk = new FailingDisk();

    @Test
    void nothingIsCommittedBetweenARenameAndTheSyncOfTheDirectory() throws Exception {
        try (LmdbBackend backend = open(1)) {
            LmdbLog log = wasteful(backend);
            disk.fail((operation, path) -> operation.equals("syncDirectory") && path.endsWith("lmdb-00"));
            assertThatThrownBy(backend::compactRound).isInstanceOf(SpoolIoException.class);
            assertThatThrownBy(() -> log.commit(batch(log, put(log, AFTER, "refused")))
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(SpoolInDoubtException.class);
            assertThatThrownBy(() -> log.recover(List.of())).isInstanceOf(SpoolIoException.class);
            assertThat(text(log, BEFORE)).isEqualTo("before");
            disk.heal();
            log.recover(List.of());
            assertThat(text(log, AFTER)).isNull();
            commit(log, put(log, AFTER, "after"));
        }
        assertHoldsBoth();
    }

    @Test
    void aRenameThatFailsKeepsTheFile() throws Exception {
        try (LmdbBackend backend = open(1)) {
            LmdbLog log = wasteful(backend);
            Path file = log.file().file();
            disk.fail((operation, path) -> operation.equals("rename"));
            assertThatThrownBy(backend::compactRound).isInstanceOf(SpoolIoException.class);
            disk.heal();
            commit(log, put(log, AFTER, "after"));
            assertThat(log.file().file()).isEqualTo(file);
        }
        assertHoldsBoth();
    }

    @Test
    void aRenameThatWorkedAndReportedAFailureCounts() throws Exception {
        try (LmdbBackend backend = open(1)) {
            LmdbLog log = wasteful(backend);
            Path file = log.file().file();
            disk.failAfter((operation, path) -> operation.equals("rename"));
            assertThatThrownBy(backend::compactRound).isInstanceOf(SpoolIoException.class);
            disk.heal();
            commit(log, put(log, AFTER, "after"));
            assertThat(log.file().file()).isNotEqualTo(file);
        }
        assertHoldsBoth();
    }

    @Test
    void bothRootPagesOfTheNextFileAreOfTheirCommitBeforeAnythingIsWrittenToIt() throws Exception {
        try (LmdbBackend backend = open(1)) {
            LmdbLog log = wasteful(backend);
            Path file = log.file().file();
            assertThat(backend.compactRound()).isTrue();
            assertThat(log.file().file()).isNotEqualTo(file);
            try (PageFile pages = PageFile.open(SystemDisk.INSTANCE, log.file().file())) {
                RootPages.requireTrue(pages, 0); // as whoever opens it after a crash at this moment does
            }
        }
    }

    @Test
    void aFileThatCannotBeOpenedAgainRefusesUntilItCanBe() throws Exception {
        try (LmdbBackend backend = open(1)) {
            LmdbLog log = wasteful(backend);
            disk.fail((operation, path) -> operation.equals("openForReading") && path.endsWith(".mdb"));
            assertThatThrownBy(() -> log.recover(List.of())).isInstanceOf(SpoolIoException.class);
            assertThatThrownBy(() -> text(log, BEFORE)).isInstanceOf(SpoolIoException.class);
            assertThatThrownBy(() -> log.recover(List.of())).isInstanceOf(SpoolIoException.class);
            disk.heal();
            assertThat(text(log, BEFORE)).isEqualTo("before");
            log.recover(List.of());
            commit(log, put(log, AFTER, "after"));
        }
        assertHoldsBoth();
    }

    @Test
    void aBatchThatStaysInDoubtDoesNotHoldACompactionForEver() throws Exception {
        try (LmdbBackend backend = open(1)) {
            LmdbLog log = wasteful(backend);
            log.commit(batch(log, put(log, AFTER, "fenced")))
                    .toCompletableFuture()
                    .join();
            assertThat(backend.compactRound()).isFalse();
            assertThat(text(log, AFTER)).isNull();
        }
    }

    @Test
    void whatASuccessorIsAboutToMakeIsLeftAlone() throws Exception {
        Path successors = new Generation(2, 0).unfinished(temp.resolve("lmdb-00"));
        Path own = new Generation(1, 7).unfinished(temp.resolve("lmdb-00"));
        try (LmdbBackend backend = open(1)) {
            wasteful(backend);
            Files.createFile(successors);
            Files.createFile(own);
            assertThat(backend.compactRound()).isTrue();
            assertThat(successors).exists();
            assertThat(own).doesNotExist();
        }
    }

    private LmdbBackend open(long epoch) throws SpoolException {
        return LmdbBackend.open(new OwnerContext(temp, disk.disk(), epoch, true, new ArrayList<>()));
    }

    /** A log in a file that is worth a compaction. */
    private static LmdbLog wasteful(LmdbBackend backend) throws SpoolException {
        LmdbLog log = backend.logs().get(0);
        commit(log, put(log, BEFORE, "before"));
        SpoolId passing = new SpoolId(3, 3);
        commit(log, put(log, passing, "x".repeat(4 << 20)));
        commit(log, remove(log, passing));
        return log;
    }

    private void assertHoldsBoth() throws Exception {
        Path directory = temp.resolve("lmdb-00");
        try (LmdbBackend backend = open(2)) {
            LmdbLog log = backend.logs().get(0);
            assertThat(text(log, BEFORE)).isEqualTo("before");
            assertThat(text(log, AFTER)).isEqualTo("after");
            assertThat(log.head().liveCount()).isEqualTo(2);
            assertThat(Generation.all(SystemDisk.INSTANCE, directory)).hasSize(1);
        }
    }
}
