package dev.spool.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.spool.file.RetireUnsaid;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The suite can fail: each of these faults, put into the product from outside, is found by the method that is meant for it, and where
 * there is none, the same cases find nothing.
 */
@Timeout(300)
class BrokenVariantTest {

    private static final String FILE = "dev.spool.file.";
    private static final String ENGINE = "dev.spool.engine.";
    private static final Logger LOG = Logger.getLogger("dev.spool");

    @TempDir
    Path place;

    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    static Stream<Arguments> variants() {
        return Stream.of(
                arguments(
                        "the engine acknowledges before it syncs",
                        Breakage.adviseConstructor(ENGINE + "GuardedLog", BrokenCode.Deferred.class),
                        Way.MODEL),
                arguments(
                        "the log acknowledges before it syncs",
                        Breakage.advise(FILE + "StreamWriter", "write", BrokenCode.FirstIsFalse.class),
                        Way.SIMULATE),
                arguments(
                        "a sync error is swallowed",
                        Breakage.advise(FILE + "StreamWriter", "syncFile", BrokenCode.Swallow.class),
                        Way.SIMULATE),
                arguments(
                        "directories are not synced",
                        Breakage.dropCalls(FILE + "SegmentSupply", "fillIfShort", "syncDirectory")
                                .andDropCalls(FILE + "Filler", "fill", "syncDirectory"),
                        Way.SIMULATE),
                arguments(
                        "the log ends at its first bad batch",
                        Breakage.advise(FILE + "SegmentScanner", "gatherEvidence", BrokenCode.NoEvidence.class),
                        Way.ROT),
                arguments(
                        "killers go with the segment that holds them",
                        Breakage.advise(FILE + "CarriedKillers", "add", BrokenCode.Nothing.class),
                        Way.SIMULATE),
                arguments(
                        "the end of a segment's life is not made durable",
                        Breakage.advise(FILE + "CatalogueRecords", "riding", RetireUnsaid.class),
                        Way.SIMULATE),
                arguments(
                        "what was cut off stays",
                        Breakage.advise(FILE + "Segment", "cut", BrokenCode.CutNothing.class),
                        Way.SIMULATE),
                arguments(
                        "the catalogue does not say that a segment was cut",
                        Breakage.forget(FILE + "Catalogue$Living", "encode", "cut"),
                        Way.SIMULATE),
                arguments(
                        "the epoch file tells of more than is on disk",
                        Breakage.answerAs(FILE + "FileLog", "tell", "durableBatch", "nextBatch"),
                        Way.SIMULATE),
                arguments(
                        "checksums of messages are not checked",
                        Breakage.advise(FILE + "RecordReader", "verify", BrokenCode.Nothing.class),
                        Way.ROT),
                arguments(
                        "the epoch is not checked",
                        Breakage.advise(ENGINE + "directory.SpoolDirectory", "stillMine", BrokenCode.AlwaysTrue.class),
                        Way.OWNERS),
                arguments(
                        "the cache knows messages by their ids alone",
                        Breakage.advise(ENGINE + "MessageCache", "stamp", BrokenCode.Nothing.class),
                        Way.LINEARIZABILITY));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("variants")
    void everyBrokenVariantIsCaught(String name, Breakage breakage, Way way) throws Exception {
        try (World world = new World(breakage, place.resolve("broken"))) {
            Way.Found found = way.search(world);
            assertThat(found.complaint())
                    .as("what %s finds where %s", way, name)
                    .isNotNull();
            assertThat(found.complaint()).as("it is no accident").matches(way::isComplaint, "a complaint of " + way);
            System.out.println(name + ": caught by " + way + ", case " + found.number());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameCasesFindNothingInWhatIsNotBroken(Way way) throws Exception {
        try (World world = new World(Breakage.none(), place.resolve("sound"))) {
            assertThat(way.search(world).complaint()).isNull();
        }
    }
}
