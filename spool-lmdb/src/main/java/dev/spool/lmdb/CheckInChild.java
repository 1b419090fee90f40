package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Checks a spool in another Java process, because LMDB may crash the one that it reads a damaged page in. A crash of that one is
 * a finding, and names the message that was being read.
 */
final class CheckInChild {

    private static final int NATIVE_ACCESS_SINCE = 22;

    private final Path spool;
    private final int shards;
    private final SpoolOptions options;

    CheckInChild(Path spool, int shards, SpoolOptions options) {
        this.spool = spool.toAbsolutePath();
        this.shards = shards;
        this.options = options;
    }

    CheckReport run(Consumer<Finding> findings) throws SpoolException {
        long quarantined = LmdbRepair.tellQuarantine(spool, findings);
        return run(List.of(CheckProcess.CHECK, spool.toString(), Integer.toString(shards)), quarantined, findings);
    }

    /** Saves what is intact of a log, for an owner to put in its place. */
    CheckReport salvage(int log, long epoch, Consumer<Finding> findings) throws SpoolException {
        return run(
                List.of(CheckProcess.SALVAGE, spool.toString(), Integer.toString(log), Long.toString(epoch)),
                0,
                findings);
    }

    private CheckReport run(List<String> arguments, long quarantined, Consumer<Finding> findings)
            throws SpoolException {
        try {
            Path crash = Files.createTempFile("spool-lmdb-check", ".log");
            try {
                return run(arguments, crash, quarantined, findings);
            } finally {
                Files.deleteIfExists(crash);
            }
        } catch (IOException e) {
            if (e instanceof SpoolException typed) {
                throw typed;
            }
            throw new SpoolIoException(
                    "a process to check " + spool + " in could not be started: " + e.getMessage()
                            + "; it needs a Java launcher in "
                            + Path.of(System.getProperty("java.home"), "bin"),
                    e);
        }
    }

    private CheckReport run(List<String> arguments, Path crash, long quarantined, Consumer<Finding> findings)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(arguments, crash));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process child = builder.start();
        Told told = new Told();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.hear(line.split(" "), quarantined, findings);
            }
        } finally {
            child.destroy();
        }
        return told.report != null ? told.report : crashed(waitFor(child), told, quarantined, findings);
    }

    private CheckReport crashed(int exit, Told told, long quarantined, Consumer<Finding> findings)
            throws SpoolIoException {
        if (!told.failure.isEmpty()) {
            throw new SpoolIoException("the check of " + spool + " failed: " + told.failure);
        }
        if (told.where.isEmpty()) {
            throw new SpoolIoException("the process that was to check " + spool + " ended at once, with exit code "
                    + exit + "; it was started by the class path of this one");
        }
        findings.accept(new Finding(
                Severity.DAMAGE,
                "crash",
                ".",
                -1,
                null,
                "the process that checked crashed with exit code " + exit + " while it read " + told.where
                        + ", and so would a spool that reads it: restore from a copy, or copy what is intact",
                false));
        return new CheckReport(0, told.damaged + 1, 0, quarantined, false, false);
    }

    private List<String> command(List<String> arguments, Path crash) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:ErrorFile=" + crash);
        if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        NativeLibrary.settings(options).forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", ChildClassPath.get(), CheckProcess.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private static int waitFor(Process child) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return child.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the child has said so far. */
    private static final class Told {
        private @org.jspecify.annotations.Nullable CheckReport report;
        private String where = "";
        private String failure = "";
        private long damaged;

        void hear(String[] words, long quarantined, Consumer<Finding> findings) {
            switch (words[0]) {
                case CheckLines.AT -> where = CheckLines.text(words);
                case CheckLines.FAILED -> failure = CheckLines.text(words);
                case CheckLines.FOUND -> {
                    damaged++;
                    findings.accept(CheckLines.finding(words));
                }
                case CheckLines.DONE -> report = CheckLines.report(words, quarantined);
                default -> {
                    // Somebody's agent prints to the child's output.
                }
            }
        }
    }
}
