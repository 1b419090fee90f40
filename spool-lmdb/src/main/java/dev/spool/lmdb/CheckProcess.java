package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.SystemDisk;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process that {@link CheckInChild} starts: checks all logs of a spool, or saves what is intact of one of them. */
public final class CheckProcess {

    static final String CHECK = "check";
    static final String SALVAGE = "salvage";

    private final Disk disk = SystemDisk.INSTANCE;
    private final PrintStream out;

    private CheckProcess(PrintStream out) {
        this.out = out;
    }

    /**
     * @param arguments {@code check DIRECTORY SHARDS}, or {@code salvage DIRECTORY LOG EPOCH}
     */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        CheckProcess process = new CheckProcess(out);
        try {
            Path spool = Path.of(arguments[1]);
            int number = Integer.parseInt(arguments[2]);
            CheckReport report = arguments[0].equals(CHECK)
                    ? process.check(spool, number)
                    : new LogSalvage(process.disk, spool, number, Long.parseLong(arguments[3]), process::at).run();
            out.println(CheckLines.done(report));
        } catch (SpoolException | RuntimeException e) {
            out.println(CheckLines.failed(String.valueOf(e.getMessage())));
            System.exit(1);
        }
    }

    private CheckReport check(Path spool, int shards) throws SpoolException {
        CheckReport sum = new CheckReport(0, 0, 0, 0, false, true);
        for (int number = 0; number < shards; number++) {
            CheckReport log = checkLog(spool, number);
            sum = new CheckReport(
                    sum.entries() + log.entries(),
                    sum.damaged() + log.damaged(),
                    sum.hints() + log.hints(),
                    0,
                    false,
                    sum.complete() && log.complete());
        }
        return sum;
    }

    private CheckReport checkLog(Path spool, int number) throws SpoolException {
        Path directory = Generation.directory(spool, number);
        LogFile file;
        try {
            file = LogFile.share(disk, directory, Environment.Use.READ, 1);
        } catch (SpoolCorruptException e) {
            String path = spool.relativize(directory).toString();
            found(new Finding(Severity.DAMAGE, "file", path, -1, null, e.where() + ": " + e.why(), false));
            return new CheckReport(0, 1, 0, 0, false, false);
        }
        try {
            return new LogCheck(number, spool, file, this::found, this::at).run();
        } finally {
            file.release();
        }
    }

    private void at(String where) {
        out.println(CheckLines.at(where));
    }

    private void found(Finding finding) {
        out.println(CheckLines.found(finding));
    }
}
