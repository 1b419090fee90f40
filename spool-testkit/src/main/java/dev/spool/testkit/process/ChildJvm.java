package dev.spool.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM with this one's class path, running a main class. It speaks by lines that begin with {@link #PREFIX}; what else it
 * prints is kept for the message of a failure.
 */
public final class ChildJvm implements AutoCloseable {

    /** Begins every line that is meant for the parent. */
    public static final String PREFIX = "child: ";

    private static final int KEPT_LINES = 100;

    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final Deque<String> chatter = new ArrayDeque<>();

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts {@code main} with {@code arguments}. */
    public static ChildJvm start(Class<?> main, List<String> arguments) {
        return start(main, arguments, Map.of());
    }

    /** Starts {@code main} with {@code arguments}, and with more variables in its environment. */
    public static ChildJvm start(Class<?> main, List<String> arguments, Map<String, String> environment) {
        List<String> command = command(main, arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new ChildJvm(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** The command that runs {@code main} with {@code arguments} in a JVM like this one. */
    public static List<String> command(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", ClassPath.OF_THIS_JVM, main.getName()));
        command.addAll(arguments);
        return command;
    }

    /** What a child's main class calls to say something to its parent. */
    public static void say(String line) {
        System.out.println(PREFIX + line);
        System.out.flush();
    }

    /**
     * The next line that the child says, without the prefix.
     *
     * @throws AssertionError if it ended instead
     */
    public String hear() {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(PREFIX)) {
                    return line.substring(PREFIX.length());
                }
                chatter.addLast(line);
                if (chatter.size() > KEPT_LINES) {
                    chatter.removeFirst();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("the child ended with status " + await() + " after printing " + chatter);
    }

    /** Waits until the child says {@code line}; fails if it says anything else. */
    public void expect(String line) {
        String heard = hear();
        if (!heard.equals(line)) {
            throw new AssertionError("the child said '" + heard + "' instead of '" + line + "'; printed " + chatter);
        }
    }

    /** Sends a line to the child's standard input. */
    public void tell(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the child cannot be told anything; it printed " + chatter, e);
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Kills the child as {@code kill -9} does, and waits until it is dead. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Waits for the child's end; its exit status. */
    public int await() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor();
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

    /** Ends the child if it still runs: closes its input, which every child takes for its end, and kills it if it does not. */
    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        await();
    }
}
