package dev.spool.jmh.report;

import dev.spool.jmh.pause.HandoffPause;
import dev.spool.jmh.pause.HandoffPause.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Measures pauses of handoffs, and writes them down: {@code PauseReport DIRECTORY [BACKEND [MESSAGES [ROUNDS]]]}. In the directory,
 * {@code handoff-pause-BACKEND.csv} has a line for each number of messages that was measured, number first, then the
 * milliseconds of each handoff; {@code handoff-pause-BACKEND.png} shows all of them.
 */
public final class PauseReport {

    private static final long MESSAGES_DEFAULT = 100_000;
    private static final int ROUNDS_DEFAULT = 20;

    private PauseReport() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        String backend = arguments.length > 1 ? arguments[1] : "file";
        long messages = arguments.length > 2 ? Long.parseLong(arguments[2]) : MESSAGES_DEFAULT;
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : ROUNDS_DEFAULT;
        HandoffPause.Result result = HandoffPause.run(
                backend,
                messages,
                rounds,
                round ->
                        print("%8.1f ms, %.1f ms in the ten seconds before", round.pauseMillis(), round.quietMillis()));
        double[] pauses =
                result.rounds().stream().mapToDouble(Round::pauseMillis).toArray();
        result.stepMillis()
                .forEach((step, millis) -> print(
                        "%8.1f ms until: %s",
                        median(millis.stream().mapToDouble(Double::doubleValue).toArray()), step));
        print(
                "%s, %,d messages, %d handoffs: median %.1f ms, worst %.1f ms; connections lost: %d",
                backend,
                messages,
                rounds,
                median(pauses),
                DoubleStream.of(pauses).max().orElse(0),
                result.refusals());
        Path file = directory.resolve("handoff-pause-" + backend + ".csv");
        Map<Long, List<Double>> all = read(file);
        all.put(messages, DoubleStream.of(pauses).boxed().toList());
        write(file, all);
        draw(directory, backend, all);
    }

    private static void draw(Path directory, String backend, Map<Long, List<Double>> all) throws IOException {
        Map<String, List<Double>> series = new LinkedHashMap<>();
        all.forEach((messages, pauses) -> series.put(String.format(Locale.ROOT, "%,d messages", messages), pauses));
        new Charts(directory)
                .lines(
                        "handoff-pause-" + backend + ".png",
                        "Longest time without a store acknowledged, handoff by handoff",
                        "ms",
                        series);
    }

    private static Map<Long, List<Double>> read(Path file) throws IOException {
        Map<Long, List<Double>> all = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] values = line.split(",");
                all.put(
                        Long.parseLong(values[0]),
                        Stream.of(values).skip(1).map(Double::valueOf).toList());
            }
        }
        return all;
    }

    private static void write(Path file, Map<Long, List<Double>> all) throws IOException {
        Files.write(
                file,
                all.entrySet().stream()
                        .map(one -> one.getKey() + ","
                                + one.getValue().stream()
                                        .map(millis -> String.format(Locale.ROOT, "%.1f", millis))
                                        .collect(Collectors.joining(",")))
                        .toList());
    }

    private static double median(double[] values) {
        double[] sorted = DoubleStream.of(values).sorted().toArray();
        return sorted.length == 0 ? 0 : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
