package dev.spool.testkit.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the system that has been run to its end. */
record Command(List<String> words, int status, String output) {

    private static final long MINUTES_MAX = 10;

    /** Runs it; standard output and error are one text. A command that takes ten minutes is killed, and fails. */
    static Command run(List<String> words) throws IOException, InterruptedException {
        Path printed = Files.createTempFile("torture-command", ".out");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(printed.toFile())
                    .start();
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                throw new IOException(words + " has not ended within " + MINUTES_MAX + " minutes");
            }
            return new Command(words, process.exitValue(), Files.readString(printed, StandardCharsets.UTF_8));
        } finally {
            Files.delete(printed);
        }
    }

    static Command run(String... words) throws IOException, InterruptedException {
        return run(List.of(words));
    }

    /** Fails unless it has succeeded. */
    Command must() throws IOException {
        if (status != 0) {
            throw new IOException(String.join(" ", words) + " failed with status " + status + ": " + output.strip());
        }
        return this;
    }

    /** Whether a program of that name can be run. */
    static boolean exists(String program) {
        try {
            return run("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin command -v " + program).status == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
