package dev.spool.jmh.report;

import dev.spool.jmh.Soak;
import dev.spool.jmh.Soak.Minute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Runs a soak and writes its page and picture: {@code SoakReport DIRECTORY [MINUTES [BACKEND]]}. */
public final class SoakReport {

    private static final int MINUTES_DEFAULT = 60;

    private SoakReport() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        int minutes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : MINUTES_DEFAULT;
        String backend = arguments.length > 2 ? arguments[2] : "file";
        List<Minute> all = new ArrayList<>();
        Soak.run(backend, minutes, minute -> {
            all.add(minute);
            System.out.println(row(all.size(), minute));
        });
        Map<String, List<Double>> series = new LinkedHashMap<>();
        series.put("throughput", relative(all, Minute::perSecond));
        series.put("p99 of a store", relative(all, Minute::p99Micros));
        series.put("memory", relative(all, Minute::rssMiB));
        series.put("disk", relative(all, Minute::diskMiB));
        new Charts(directory).lines("soak.png", "Deferred mail, minute by minute", "of the median", series);
        Files.writeString(directory.resolve("soak.md"), page(backend, all));
    }

    private static String page(String backend, List<Minute> all) {
        StringBuilder text = new StringBuilder("# A soak\n\n");
        text.append("Written by `bin/jmh soak` on ")
                .append(LocalDate.now(ZoneOffset.UTC))
                .append(": deferred mail on the backend `");
        text.append(backend).append("`, 64 threads, at ").append(Math.round(Soak.LOAD * 100));
        text.append(" % of the rate that was reached before, sizes as of mail.\n\n![Minute by minute](soak.png)\n\n");
        text.append("| minute | messages/s | p99 µs | max µs | memory MiB | open files | disk MiB | live MiB |\n");
        text.append("|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (int i = 0; i < all.size(); i++) {
            text.append(row(i + 1, all.get(i))).append('\n');
        }
        return text.toString();
    }

    private static String row(int number, Minute minute) {
        return String.format(
                Locale.ROOT,
                "| %d | %,.0f | %,.0f | %,.0f | %,d | %d | %,d | %,d |",
                number,
                minute.perSecond(),
                minute.p99Micros(),
                minute.maxMicros(),
                minute.rssMiB(),
                minute.openFiles(),
                minute.diskMiB(),
                minute.liveMiB());
    }

    /** Each minute against the median one, so that all of them fit one picture. */
    private static List<Double> relative(List<Minute> all, ToDoubleFunction<Minute> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        double median = sorted[sorted.length / 2];
        return all.stream().map(minute -> figure.applyAsDouble(minute) / median).toList();
    }
}
