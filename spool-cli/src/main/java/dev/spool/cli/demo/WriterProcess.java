package dev.spool.cli.demo;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM that puts load on a spool and keeps a ledger, until it is killed. */
final class WriterProcess implements AutoCloseable {

    private static final long POLL_MILLIS = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final Process process;
    private final Path ledger;
    private final Path output;

    private WriterProcess(Process process, Path ledger, Path output) {
        this.process = process;
        this.ledger = ledger;
        this.output = output;
    }

    /**
     * Starts the writer.
     *
     * @param main the main class of the command line
     * @param output where what it prints goes, for when it fails
     */
    static WriterProcess start(String main, Path spool, Path ledger, Path output) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                // One debugger or profiler is enough, and a second could not have the first one's port.
                .filter(flag -> !flag.startsWith("-agent") && !flag.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of("stress", "--dir", spool.toString(), "--acks", ledger.toString()));
        command.addAll(List.of("--seconds", "300", "--threads", "4", "--in-flight", "4", "--size", "200-20000"));
        command.addAll(List.of("--remove-ratio", "0.3", "--replace-ratio", "0.3"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new WriterProcess(process, ledger, output);
    }

    /** Waits until the ledger has so many bytes. */
    void awaitLedger(long bytes) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (!Files.exists(ledger) || Files.size(ledger) < bytes) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("the writer process ended with exit code " + process.exitValue() + ": "
                        + Files.readString(output, StandardCharsets.UTF_8));
            }
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                throw new IOException("the writer process did not get on: " + Files.readString(output));
            }
        }
    }

    /** Kills it in the midst of what it does, as {@code kill -9} does, and waits until it is dead. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
