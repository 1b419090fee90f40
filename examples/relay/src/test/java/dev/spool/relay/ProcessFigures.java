package dev.spool.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a process has open, and how much memory it takes: of Linux. */
record ProcessFigures(long descriptors, long residentMebibytes) {

    static ProcessFigures of(ProcessHandle process) throws IOException {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (Stream<Path> open = Files.list(proc.resolve("fd"));
                Stream<String> status = Files.lines(proc.resolve("status"))) {
            long kibibytes = status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
            return new ProcessFigures(open.count(), kibibytes >> 10);
        }
    }

    @Override
    public String toString() {
        return descriptors + " descriptors, " + residentMebibytes + " MiB";
    }
}
