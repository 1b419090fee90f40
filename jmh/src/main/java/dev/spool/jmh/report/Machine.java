package dev.spool.jmh.report;

import dev.spool.jmh.Workload;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the benchmarks ran on, as far as it can be told. */
final class Machine {

    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private Machine() {}

    /** A line each. */
    static List<String> describe() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(Runtime.getRuntime().availableProcessors() + " processors" + line(CPUS, "model name", ": %s"));
        lines.add(line(MEMORY, "MemTotal", "memory: %s"));
        lines.add(System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch"));
        lines.add("Java " + Runtime.version() + ", " + System.getProperty("java.vm.vendor") + ", "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB of heap");
        Path directory = Workload.newDirectory("machine");
        FileStore store = Files.getFileStore(directory);
        lines.add(String.format(
                Locale.ROOT,
                "files on %s, %d GiB, %d GiB of them free",
                store.type(),
                store.getTotalSpace() >> 30,
                store.getUsableSpace() >> 30));
        Files.delete(directory);
        lines.removeIf(String::isEmpty);
        return lines;
    }

    private static String line(Path file, String name, String format) throws IOException {
        if (!Files.isReadable(file)) {
            return "";
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> String.format(
                        Locale.ROOT,
                        format,
                        line.substring(line.indexOf(':') + 1).strip()))
                .orElse("");
    }
}
