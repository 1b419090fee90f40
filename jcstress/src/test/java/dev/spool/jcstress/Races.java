package dev.spool.jcstress;

import dev.spool.testkit.process.ClassPath;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.TestGrading;

/**
 * A run of jcstress in a process of its own, which starts one more for each race, and what was seen in it. Console, report and results
 * are in a directory of the run, and stay there.
 */
final class Races {

    /** One process for each race, its methods compiled as they become hot. */
    private static final List<String> SHORT =
            List.of("-f", "1", "-time", "150", "-sc", "false", "-jvmArgs", "-XX:+UseSerialGC", "-iters");

    /** Half a second for a race; longer where a fault is to be seen. */
    private static final String ROUNDS = "3";

    private static final String ROUNDS_OF_BROKEN = "10";

    private static final String RESULTS_SUFFIX = ".bin.gz";

    private final Path place;
    private final List<TestResult> results;

    private Races(Path place, List<TestResult> results) {
        this.place = place;
        this.results = results;
    }

    /**
     * Runs the races whose names contain a match of {@code pattern}.
     *
     * @param broken a directory with classes that replace those of the product, null for none
     */
    static Races run(String name, String pattern, Path broken) throws IOException, InterruptedException {
        Path place = Path.of(System.getProperty("spool.jcstress.results"), name);
        deletePrevious(place);
        Path console = Files.createDirectories(place).resolve("console.txt");
        Process process = new ProcessBuilder(command(pattern, broken))
                .directory(place.toFile())
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        try {
            process.waitFor(); // its status says only that some race failed, which the results tell better
        } finally {
            process.destroy();
        }
        return new Races(place, read(place, console));
    }

    private static List<String> command(String pattern, Path broken) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp"));
        command.add((broken == null ? "" : broken + File.pathSeparator) + ClassPath.OF_THIS_JVM);
        command.add(Main.class.getName());
        command.addAll(List.of("-t", pattern, "-r", "report"));
        String amount = System.getProperty("spool.jcstress", "short");
        if (broken != null || amount.equals("short")) {
            command.addAll(SHORT);
            command.add(broken == null ? ROUNDS : ROUNDS_OF_BROKEN);
        } else {
            command.addAll(List.of("-m", amount));
        }
        return command;
    }

    private static List<TestResult> read(Path place, Path console) throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(place)) {
            file = files.filter(each -> each.toString().endsWith(RESULTS_SUFFIX))
                    .findAny()
                    .orElseThrow(() -> new AssertionError("jcstress wrote no results; what it printed: " + console));
        }
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file.toString(), collector);
        try {
            reader.dump();
        } catch (ClassNotFoundException e) {
            throw new IOException("results of another version of jcstress: " + file, e);
        } finally {
            reader.close();
        }
        return List.copyOf(collector.getTestResults());
    }

    private static void deletePrevious(Path place) throws IOException {
        if (!Files.exists(place)) {
            return;
        }
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The names of the races that were run and counted. */
    List<String> names() {
        return results.stream()
                .filter(result -> result.getTotalCount() > 0)
                .map(TestResult::getName)
                .distinct()
                .toList();
    }

    /** What no rule allows: outcomes with how often they were seen, and races that failed in another way; empty if all is well. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (TestResult result : results) {
            if (result.status() != Status.NORMAL) {
                faults.add(result.getName() + ": " + result.status() + " " + result.getMessages() + result.getVmErr());
            }
            TestGrading.grade(result).gradingResults.values().stream()
                    .filter(outcome -> outcome.count > 0 && outcome.expect != Expect.ACCEPTABLE)
                    .forEach(outcome -> faults.add(result.getName() + ": (" + outcome.id + ") " + outcome.count
                            + " times, " + outcome.expect.name() + ": " + outcome.description));
        }
        return faults;
    }

    /** A line for each outcome of each race: how often it was seen in all configurations together, and what it means. */
    String table() {
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        for (TestResult result : results) {
            Map<String, Long> ofRace = counts.computeIfAbsent(result.getName(), name -> new TreeMap<>());
            for (GradingResult outcome :
                    TestGrading.grade(result).gradingResults.values()) {
                ofRace.merge("(" + outcome.id + ") " + outcome.description, outcome.count, Long::sum);
            }
        }
        StringBuilder table = new StringBuilder();
        counts.forEach((race, ofRace) -> ofRace.forEach((outcome, count) -> table.append(
                String.format("%-26s %11d  %s%n", race.substring(race.lastIndexOf('.') + 1), count, outcome))));
        return table.toString();
    }

    @Override
    public String toString() {
        return "races in " + place;
    }
}
