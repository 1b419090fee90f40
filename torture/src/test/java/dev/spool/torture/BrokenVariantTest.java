package dev.spool.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.spool.file.BlindSwap;
import dev.spool.file.RetireUnsaid;
import dev.spool.file.UncheckedLookup;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
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
@Tag("long")
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
        return Stream.concat(ofWritingAndRecovery(), ofReadingAndSharing());
    }

    private static Stream<Arguments> ofWritingAndRecovery() {
        return Stream.of(
                arguments(
                        "the engine acknowledges before it syncs",
                        CodeChange.adviseConstructor(ENGINE + "GuardedLog", BrokenCode.Deferred.class),
                        Way.MODEL),
                arguments(
                        "the log acknowledges before it syncs",
                        CodeChange.advise(FILE + "StreamWriter", "write", BrokenCode.FirstIsFalse.class),
                        Way.SIMULATE),
                arguments(
                        "a sync error is swallowed",
                        CodeChange.advise(FILE + "StreamWriter", "syncFile", BrokenCode.Swallow.class),
                        Way.SIMULATE),
                arguments(
                        "directories are not synced",
                        CodeChange.dropCalls(FILE + "SegmentSupply", "prepare", "syncDirectory")
                                .andDropCalls(FILE + "Filler", "fill", "syncDirectory"),
                        Way.SIMULATE),
                arguments(
                        "the log ends at its first bad batch",
                        CodeChange.advise(FILE + "SegmentScanner", "gatherEvidence", BrokenCode.NoEvidence.class),
                        Way.ROT),
                arguments(
                        "killers go with the segment that holds them",
                        CodeChange.advise(FILE + "CarriedKillers", "add", BrokenCode.Nothing.class),
                        Way.SIMULATE),
                arguments(
                        "the end of a segment's life is not made durable",
                        CodeChange.advise(FILE + "CatalogueRecords", "riding", RetireUnsaid.class),
                        Way.SIMULATE),
                arguments(
                        "what was cut off stays",
                        CodeChange.advise(FILE + "Segment", "cut", BrokenCode.CutNothing.class),
                        Way.SIMULATE),
                arguments(
                        "the catalogue does not say that a segment was cut",
                        CodeChange.forget(FILE + "Catalogue$Living", "encode", "cut"),
                        Way.SIMULATE),
                arguments(
                        "the epoch file tells of more than is on disk",
                        CodeChange.answerAs(FILE + "FileLog", "tell", "durableBatch", "nextBatch"),
                        Way.SIMULATE));
    }

    private static Stream<Arguments> ofReadingAndSharing() {
        return Stream.of(
                arguments(
                        "checksums of messages are not checked",
                        CodeChange.advise(FILE + "RecordReader", "verify", BrokenCode.Nothing.class),
                        Way.ROT),
                arguments(
                        "the epoch is not checked",
                        CodeChange.advise(
                                ENGINE + "directory.SpoolDirectory", "stillMine", BrokenCode.AlwaysTrue.class),
                        Way.OWNERS),
                arguments(
                        "the cache knows messages by their ids alone",
                        CodeChange.advise(ENGINE + "MessageCache", "stamp", BrokenCode.Nothing.class),
                        Way.LINEARIZABILITY),
                arguments(
                        "a lookup does not ask whether the table changed beneath it",
                        CodeChange.advise(FILE + "LocationIndex$Stripe", "get", UncheckedLookup.class),
                        Way.INDEX),
                arguments(
                        "a copy takes the place of whatever there is",
                        CodeChange.advise(FILE + "LocationIndex$Stripe", "replace", BlindSwap.class),
                        Way.INDEX));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("variants")
    void everyBrokenVariantIsCaught(String name, CodeChange change, Way way) throws Exception {
        try (World world = new World(way.prepared(change), place.resolve("broken"))) {
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
        try (World world = new World(way.prepared(CodeChange.none()), place.resolve("sound"))) {
            assertThat(way.search(world).complaint()).isNull();
        }
    }
}
