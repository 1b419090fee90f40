package dev.spool.testkit.torture;

import dev.spool.SpoolProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/** The command line of {@link Torture}. */
final class CommandLine {

    private final List<TortureMethod> methods = new ArrayList<>();
    private final List<SpoolProvider> backends = new ArrayList<>();
    private final List<String> filesystems = new ArrayList<>();
    private Order.Amount amount = Order.Amount.SHORT;
    private int cases;
    private long only = -1;
    private long seed = 1;
    private boolean help;

    private CommandLine() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it makes no sense
     */
    static CommandLine parse(List<String> arguments, List<SpoolProvider> known) {
        CommandLine line = new CommandLine();
        for (Iterator<String> words = arguments.iterator(); words.hasNext(); ) {
            String word = words.next();
            switch (word) {
                case "--full" -> line.amount = Order.Amount.FULL;
                case "--short" -> line.amount = Order.Amount.SHORT;
                case "--method" -> line.methods.add(method(value(word, words)));
                case "--backend" -> line.backends.add(backend(value(word, words), known));
                case "--fs" -> line.filesystems.add(filesystem(value(word, words)));
                case "--cuts", "--cases" -> line.cases = positive(word, value(word, words));
                case "--case" -> line.only = positive(word, value(word, words));
                case "--seed" -> line.seed = number(word, value(word, words));
                case "--help" -> line.help = true;
                default -> throw new IllegalArgumentException("unknown option " + word);
            }
        }
        if (line.methods.isEmpty()) {
            line.methods.addAll(Torture.METHODS);
        }
        if (line.backends.isEmpty()) {
            line.backends.addAll(known);
        }
        if (line.filesystems.isEmpty()) {
            line.filesystems.addAll(LoopVolume.FILESYSTEMS);
        }
        return line;
    }

    static String help() {
        return """
                Usage: bin/torture [OPTION]...
                Maltreats spools of every backend and counts what they lose. Some methods need root.

                  --full          as much as it takes to believe it: hours
                  --short         a little of everything (the default): minutes
                  --method NAME   this method; may be repeated; all of them otherwise
                  --backend NAME  this backend; may be repeated; all of them otherwise
                  --fs NAME       ext4 or xfs, for the methods that mount one; both otherwise
                  --cases N       so many cases of each method and backend; --cuts is the same
                  --case N        that case alone, as a failure of rot or simulate names it
                  --seed N        of everything that is drawn by chance, 1 otherwise
                  --help

                Exit status: 0 if nothing was lost, wrong or unreported; 1 if something was, or a method could not be run;
                2 for a wrong command line. TMPDIR says where images, ledgers and spools go; what failed stays there.

                Methods:
                """
                + Torture.METHODS.stream()
                        .map(method -> String.format("  %-12s  %s", method.name(), method.description()))
                        .collect(Collectors.joining("\n"));
    }

    boolean asksForHelp() {
        return help;
    }

    List<TortureMethod> methods() {
        return methods;
    }

    /** What it asks for, with a fresh directory to work in. */
    Order order(PrintStream out) throws IOException {
        Path work = Files.createTempDirectory("torture-");
        out.println("seed " + seed + ", working in " + work);
        Path spoolCommand = Path.of(System.getProperty("spool.command", "bin/spool"));
        return new Order(
                List.copyOf(backends), List.copyOf(filesystems), amount, cases, only, seed, work, spoolCommand, out);
    }

    private static String value(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }

    private static TortureMethod method(String name) {
        return Torture.METHODS.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no method named " + name + "; there are "
                        + Torture.METHODS.stream().map(TortureMethod::name).collect(Collectors.joining(", "))));
    }

    private static SpoolProvider backend(String name, List<SpoolProvider> known) {
        return known.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no backend named " + name + "; there are "
                        + known.stream().map(SpoolProvider::name).collect(Collectors.joining(", "))));
    }

    private static String filesystem(String name) {
        if (!LoopVolume.FILESYSTEMS.contains(name)) {
            throw new IllegalArgumentException(
                    "no filesystem " + name + "; there are " + String.join(", ", LoopVolume.FILESYSTEMS));
        }
        return name;
    }

    private static int positive(String option, String value) {
        long number = number(option, value);
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(option + " is to be 1 or more, not " + value);
        }
        return (int) number;
    }

    private static long number(String option, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " needs a number, not " + value, e);
        }
    }
}
