package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Handoffs between real processes under load, with everything done to them that can be done at every point there is. */
class CrashMatrixTest {

    /**
     * {@code -Dspool.handoff.matrix=}: {@code one}, {@code some}, {@code all} points, which takes 20 minutes, or one deed, such as
     * {@code halt:before take}.
     */
    private static final String MATRIX = System.getProperty("spool.handoff.matrix", "one");

    /** Begins a deed that is done during a handoff whose successor refuses. */
    private static final String OFF = "off-";

    private static final List<String> ONE = List.of("halt:before incumbent Send SEALED");

    private static final List<String> SOME = List.of(
            "halt:before incumbent Send SEALED",
            "stop:before take",
            "halt:after supervisor ToSuccessor TAKE",
            OFF + "halt:before supervisor ToIncumbent ABORT");

    @TempDir
    Path temp;

    @TestFactory
    List<DynamicTest> whateverHappensToAProcessThereIsOneServerAfterwardsAndNothingIsLost() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (String deed : deeds()) {
            Path directory = Files.createDirectory(temp.resolve(String.valueOf(tests.size())));
            tests.add(DynamicTest.dynamicTest(deed, () -> survives(directory, deed)));
        }
        return tests;
    }

    private List<String> deeds() throws Exception {
        return switch (MATRIX) {
            case "one" -> ONE;
            case "some" -> SOME;
            case "all" -> everything();
            default -> List.of(MATRIX);
        };
    }

    private static void survives(Path directory, String deed) throws Exception {
        boolean calledOff = deed.startsWith(OFF);
        survives(directory, calledOff ? deed.substring(OFF.length()) : deed, calledOff);
    }

    private static void survives(Path directory, String deed, boolean calledOff) throws Exception {
        try (Scenario scenario = Scenario.start(directory, deed)) {
            if (!isAtStart(deed) || calledOff) {
                scenario.awaitOneServer();
                if (calledOff) {
                    Files.createFile(TestServer.unready(directory));
                }
                scenario.replace();
            }
            scenario.await(
                    "the point to be reached",
                    () -> markedPid(directory) != ProcessHandle.current().pid());
            if (deed.startsWith("stop:")) {
                // It may go on once the others have done what they do about it.
                Scenario.sleep(TestServer.OPTIONS.silence().toMillis() * 2);
                TestPoints.signal("CONT", markedPid(directory));
            }
            if (deed.startsWith("halt:")) {
                scenario.await("the halt", () -> !Scenario.runs(markedPid(directory)));
            }
            if (!scenario.supervisorRuns()) {
                scenario.startSupervisor();
            }
            scenario.awaitOneServer();
            scenario.awaitReplacement();
            scenario.awaitOneServer();
            scenario.assertNothingIsLost();
        }
    }

    private static long markedPid(Path directory) {
        try {
            return Long.parseLong(Files.readString(TestPoints.mark(directory)).strip());
        } catch (IOException | NumberFormatException e) {
            return ProcessHandle.current().pid(); // not reached, or just being written
        }
    }

    private static boolean isAtStart(String deed) {
        return deed.contains("StartServer") || deed.contains("ClearJournal") || deed.contains("started a server");
    }

    /** Every point that a handoff comes by, and one that is called off, with every deed. */
    private List<String> everything() throws Exception {
        Set<String> smooth = points("smooth", false);
        Set<String> calledOff = points("off", true);
        calledOff.removeAll(smooth);
        List<String> deeds = new ArrayList<>();
        add("", smooth, deeds);
        add(OFF, calledOff, deeds);
        deeds.addAll(List.of(
                "slow:before take",
                "slow:before seal",
                "slow:before drain",
                "slow:before verify",
                "fail:successor opened"));
        return deeds;
    }

    private Set<String> points(String name, boolean calledOff) throws Exception {
        Path directory = Files.createDirectory(temp.resolve(name));
        try (Scenario scenario = Scenario.start(directory, "record:")) {
            scenario.awaitOneServer();
            if (calledOff) {
                Files.createFile(TestServer.unready(directory));
                assertThat(scenario.replace().committed()).isFalse();
            } else {
                scenario.awaitReplacement();
            }
            scenario.awaitOneServer();
        }
        return new LinkedHashSet<>(Files.readAllLines(TestPoints.records(directory)));
    }

    private static void add(String prefix, Set<String> points, List<String> deeds) {
        for (String point : points) {
            deeds.add(prefix + "halt:" + point);
            if (point.startsWith("before ")) {
                deeds.add(prefix + "stop:" + point);
            }
        }
    }
}
