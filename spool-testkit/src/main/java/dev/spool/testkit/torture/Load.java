package dev.spool.testkit.torture;

import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import dev.spool.testkit.process.LoadProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that loads a spool and keeps a ledger of it, until it is killed. */
final class Load implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

    private final Process process;
    private final Path ledger;
    private final Path printed;
    private final long ledgerBytesBefore;

    private Load(List<String> command, Map<String, String> environment, Path ledger) throws IOException {
        this.ledger = ledger;
        this.ledgerBytesBefore = Files.exists(ledger) ? Files.size(ledger) : 0;
        this.printed = ledger.resolveSibling(ledger.getFileName() + ".output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(printed.toFile()));
        builder.environment().putAll(environment);
        this.process = builder.start();
    }

    /**
     * Stores, replaces, updates and removes beside compaction, in small segments; takes up what an earlier one has left.
     *
     * @param environment added to that of the process
     */
    static Load mixed(SpoolProvider provider, Path directory, Path ledger, long seed, Map<String, String> environment)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(ledger.toString(), String.valueOf(seed)));
        arguments.addAll(new ChildArguments(provider, directory, Order.SMALL_SEGMENTS).encode());
        return new Load(ChildJvm.command(LoadProcess.class, arguments), environment, ledger);
    }

    /** Stores, replaces and removes whatever the spool answers, in segments as users have them; it says what its health is. */
    static Load stubborn(SpoolProvider provider, Path directory, Path ledger, long seed) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(ledger.toString(), String.valueOf(seed)));
        arguments.addAll(new ChildArguments(provider, directory, SpoolOptions.DEFAULTS).encode());
        return new Load(ChildJvm.command(StubbornLoad.class, arguments), Map.of(), ledger);
    }

    /** {@code bin/spool stress}, with the segments that users have. */
    static Load stress(Path spoolCommand, String backend, Path directory, Path ledger, List<String> more)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                spoolCommand.toString(),
                "stress",
                "--dir",
                directory.toString(),
                "--backend",
                backend,
                "--acks",
                ledger.toString(),
                "--seconds",
                "600",
                "--threads",
                "8",
                "--in-flight",
                "4",
                "--size",
                "100-40000",
                "--remove-ratio",
                "0.9",
                "--replace-ratio",
                "0.3"));
        command.addAll(more);
        return new Load(command, Map.of(), ledger);
    }

    /** Options with which a spool that any load has made is opened. */
    static SpoolOptions options() {
        return Order.SMALL_SEGMENTS;
    }

    /** Waits until the ledger has grown by that many bytes since the start. */
    void awaitLedger(long bytes) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(ledger) || Files.size(ledger) < ledgerBytesBefore + bytes) {
            if (!process.isAlive()) {
                throw new IOException("the load has ended with status " + process.exitValue() + ": " + lastWords());
            }
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IOException("the load has written nothing to its ledger for three minutes: " + lastWords());
            }
            Thread.sleep(1);
        }
    }

    /** Waits until the ledger has grown by that many bytes from now on. */
    void awaitMore(long bytes) throws IOException, InterruptedException {
        awaitLedger(Files.size(ledger) - ledgerBytesBefore + bytes);
    }

    /** Waits until the ledger has grown by that many bytes since the start, or the process has ended; true if it runs. */
    boolean growsOrEnds(long bytes) throws IOException, InterruptedException {
        try {
            awaitLedger(bytes);
            return true;
        } catch (IOException e) {
            if (process.isAlive()) {
                throw e;
            }
            return false;
        }
    }

    /** Lets it stand still, as SIGSTOP does. */
    void freeze() throws IOException, InterruptedException {
        Command.run("kill", "-STOP", String.valueOf(process.pid())).must();
    }

    /** Lets it go on. */
    void thaw() throws IOException, InterruptedException {
        Command.run("kill", "-CONT", String.valueOf(process.pid())).must();
    }

    /** Waits until it has ended by itself. */
    void awaitEnd(long seconds) throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new IOException("the load goes on: " + lastWords());
        }
    }

    /** Waits until it has said that, or has ended; true if it said it. */
    boolean saysOrEnds(String line, long seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (process.isAlive() && System.nanoTime() < end) {
            if (Files.readAllLines(printed).contains(ChildJvm.PREFIX + line)) {
                return true;
            }
            Thread.sleep(5);
        }
        return Files.readAllLines(printed).contains(ChildJvm.PREFIX + line);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** The end of what it has printed. */
    String lastWords() throws IOException {
        String text = Files.exists(printed) ? Files.readString(printed) : "";
        return text.substring(Math.max(0, text.length() - 2000)).strip();
    }

    /** Kills it as {@code kill -9} does, and waits until it is dead. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
