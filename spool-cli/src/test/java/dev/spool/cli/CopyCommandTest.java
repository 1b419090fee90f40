package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import dev.spool.cli.scripted.Script;
import dev.spool.testkit.contract.SpoolContract;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;

@EachBackend
class CopyCommandTest {

    private static final String MARKER = ".copy.state";

    @Parameter
    private Spools spools;

    @TempDir
    private Path temporary;

    private Path source;
    private Path target;

    @BeforeEach
    void namesPlacesThatAreMissing() {
        source = temporary.resolve("source");
        target = temporary.resolve("target");
    }

    @Test
    void keepsIdsBodiesEnvelopesAndTimes() throws Exception {
        SpoolId id = SpoolId.next();
        Instant storedAt = Instant.parse("2001-02-03T04:05:06.789Z");
        try (Spool spool = spools.open(source)) {
            Message message = Spools.message("body").withEnvelope(StandardCharsets.UTF_8.encode("envelope"));
            spool.blocking().store(id, message, StoreOptions.DEFAULT.withStoredAt(storedAt));
            spool.blocking().store(SpoolId.next(), Message.of(ByteBuffer.allocate(3_000_000)));
        }
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        assertThat(run.lines())
                .singleElement()
                .asString()
                .contains("2 messages")
                .contains("digests equal");
        assertThat(listing(target)).containsExactlyInAnyOrderElementsOf(listing(source));
        try (Spool copy = spools.open(target)) {
            assertThat(copy.blocking().load(id).orElseThrow().bodyToArray())
                    .asString()
                    .isEqualTo("body");
            assertThat(copy.blocking().loadEnvelope(id)).hasValue(StandardCharsets.UTF_8.encode("envelope"));
        }
        assertThat(target.resolve(MARKER)).doesNotExist();
        CommandRun.of("fsck", "--dir", target).mustSucceed();
    }

    @ParameterizedTest
    @BackendNames
    void goesToAnyBackend(String other) throws Exception {
        Instant storedAt = Instant.parse("2001-02-03T04:05:06.789Z");
        try (Spool spool = spools.open(source)) {
            for (int bytes : new int[] {0, 1, 600, 70_000, 3_000_000}) {
                Message message = Message.of(ByteBuffer.allocate(bytes), ByteBuffer.allocate(bytes % 1000));
                spool.blocking().store(SpoolId.next(), message, StoreOptions.DEFAULT.withStoredAt(storedAt));
            }
        }
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target, "--to-backend", other)
                .mustSucceed();
        assertThat(run.out()).contains("copied 5 messages").contains("digests equal");
        assertThat(listing(target)).containsExactlyInAnyOrderElementsOf(listing(source));
        assertThat(CommandRun.of("stat", "--dir", target, "--json").json().get(0))
                .containsEntry("backend", other);
        CommandRun.of("fsck", "--dir", target).mustSucceed();
    }

    @ParameterizedTest
    @BackendNames
    void aCopyToAnyBackendThatWasInterruptedGoesOn(String other) throws Exception {
        List<SpoolId> ids = spools.store(source, "one", "two", "three");
        CommandRun.of("copy", "--dir", source, "--to", target, "--to-backend", other)
                .mustSucceed();
        interrupt();
        CommandRun.of("rm", "--dir", target, ids.get(1)).mustSucceed();
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        assertThat(run.out()).contains("copied 1 messages").contains("2 were there");
        assertThat(listing(target)).containsExactlyInAnyOrderElementsOf(listing(source));
    }

    @Test
    @Tag(SpoolContract.LONG)
    void aCopyToAnotherBackendThatIsKilledAgainAndAgainEndsWhole() throws Exception {
        int messages = 1000;
        String other =
                Map.of("file", "rocksdb", "rocksdb", "lmdb", "lmdb", "file").get(spools.backend());
        try (Spool spool = spools.open(source)) {
            for (int i = 0; i < messages; i++) {
                spool.store(SpoolId.next(), Message.of(ByteBuffer.allocate(i), ByteBuffer.allocate(i % 50)));
            }
        }
        KilledCopy.run(source, target, other, 1);
        KilledCopy.run(source, target, other, 300);
        assertThat(target.resolve(MARKER)).exists();
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        Matcher told = Pattern.compile("copied (\\d+) messages, \\d+ bytes; (\\d+) were there; digests equal")
                .matcher(run.lines().get(0));
        assertThat(told.matches()).describedAs(run.out()).isTrue();
        int copied = Integer.parseInt(told.group(1));
        int kept = Integer.parseInt(told.group(2));
        assertThat(kept).isGreaterThanOrEqualTo(301);
        assertThat(copied + kept).isEqualTo(messages);
        assertThat(listing(target)).containsExactlyInAnyOrderElementsOf(listing(source));
        CommandRun.of("fsck", "--dir", target).mustSucceed();
    }

    @Test
    void changesNothingInTheSource() throws Exception {
        spools.store(source, "one");
        var before = Spools.snapshot(source);
        CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        Spools.assertUnchanged(source, before);
    }

    @Test
    void anEmptyDirectoryIsATarget() throws Exception {
        spools.store(source, "one");
        Files.createDirectories(target.resolve("lost+found"));
        CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
    }

    @Test
    void aFinishedCopyAnotherSpoolAndOtherFilesAreNoTargets() throws Exception {
        spools.store(source, "one");
        CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        assertRefused(target);
        Path other = temporary.resolve("other");
        spools.store(other, "two");
        assertRefused(other);
        Path files = Files.createDirectory(temporary.resolve("files"));
        Files.createFile(files.resolve("file"));
        assertRefused(files);
        assertRefused(files.resolve("file"));
        assertRefused(source);
        assertRefused(source.resolve("inside"));
    }

    @Test
    void anUnfinishedCopyGoesOnWithWhatIsMissing() throws Exception {
        List<SpoolId> ids = spools.store(source, "one", "two", "three");
        CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        interrupt();
        try (Spool copy = spools.open(target)) {
            copy.blocking().remove(ids.get(0));
            copy.blocking().store(ids.get(1), Spools.message("older"));
            copy.blocking().store(SpoolId.next(), Spools.message("removed from the source since"));
        }
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        assertThat(run.out())
                .contains("copied 2 messages")
                .contains("1 were there")
                .contains("digests equal");
        assertThat(listing(target)).containsExactlyInAnyOrderElementsOf(listing(source));
        assertThat(target.resolve(MARKER)).doesNotExist();
    }

    @Test
    void aCopyThatWasKilledBeforeItsSpoolWasMadeGoesOn() throws Exception {
        spools.store(source, "one");
        Files.createDirectories(target);
        interrupt();
        CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        assertThat(listing(target)).isEqualTo(listing(source));
    }

    @Test
    void anUnfinishedCopyOfAnotherSpoolIsNoTarget() throws Exception {
        spools.store(source, "one");
        Files.createDirectories(target);
        interrupt();
        Path other = temporary.resolve("other");
        spools.store(other, "two");
        CommandRun run = CommandRun.of("copy", "--dir", other, "--to", target);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("another spool").hasLineCount(1);
    }

    @Test
    void aDamagedMarkerIsAFailureThatSaysWhatToDo() throws Exception {
        spools.store(source, "one");
        Files.createDirectories(target);
        Files.writeString(target.resolve(MARKER), "spool copy");
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(MARKER).contains("remove").hasLineCount(1);
    }

    @Test
    void goesOnPastDamageAndEndsComplete() throws Exception {
        List<SpoolId> ids = spools.store(source, "one", Spools.DISTINCTIVE, "three");
        Spools.damage(source, Spools.DISTINCTIVE);
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains(ids.get(1).toString()).hasLineCount(1);
        assertThat(run.out()).contains("copied 2 messages").contains("digests equal");
        assertThat(listing(target)).hasSize(2);
    }

    @Test
    void anIncompleteScanLeavesTheCopyUnfinishedAndNothingRemoved() throws Exception {
        Script script = Script.in(source);
        script.messages.put(SpoolId.next(), Spools.message("one"));
        script.whyNotComplete = "segment 9 is missing";
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target, "--to-backend", "file");
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("segment 9 is missing").hasLineCount(1);
        assertThat(listing(target)).hasSize(1);
        assertThat(target.resolve(MARKER)).exists();
    }

    @Test
    void theTargetMayHaveAnotherBackend() throws Exception {
        spools.store(source, "one");
        Script.in(target);
        Files.writeString(target.resolve(MARKER), "spool copy 1\nsource " + storeId(source) + "\n");
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", target, "--to-backend", "file");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("scripted, not file").hasLineCount(1);
        assertThat(CommandRun.of("copy", "--dir", source, "--to", temporary.resolve("new"), "--to-backend", "tape")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void aFullTargetIsFullAndStaysUnfinished() throws Exception {
        spools.store(source, "one");
        Script script = Script.in(target);
        script.mutationFailures.add(new SpoolFullException("full"));
        Files.writeString(target.resolve(MARKER), "spool copy 1\nsource " + storeId(source) + "\n");
        assertThat(CommandRun.of("copy", "--dir", source, "--to", target).code())
                .isEqualTo(5);
        assertThat(target.resolve(MARKER)).exists();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theNewDirectoryIsPrivate() throws Exception {
        spools.store(source, "one");
        CommandRun.of("copy", "--dir", source, "--to", target).mustSucceed();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rwx------");
    }

    /** As a kill before the end leaves the target. */
    private void interrupt() throws Exception {
        Files.writeString(target.resolve(MARKER), "spool copy 1\nsource " + storeId(source) + "\n");
    }

    private void assertRefused(Path directory) throws Exception {
        CommandRun run = CommandRun.of("copy", "--dir", source, "--to", directory);
        assertThat(run.code()).describedAs(run.err()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    private static Object storeId(Path directory) throws Exception {
        return CommandRun.of("stat", "--dir", directory, "--json").json().get(0).get("storeId");
    }

    private static List<Map<String, Object>> listing(Path directory) throws Exception {
        return CommandRun.of("ls", "--dir", directory, "--json").mustSucceed().json();
    }
}
