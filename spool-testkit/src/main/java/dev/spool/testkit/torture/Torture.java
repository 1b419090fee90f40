package dev.spool.testkit.torture;

import dev.spool.SpoolProvider;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs the methods of torture over the backends on the class path and ends with a table of what came of it.
 *
 * <p>Exit status: 0 if nothing was lost, wrong or unreported, 1 if something was, 2 for a wrong command line.
 */
public final class Torture {

    /** All of them, in the order in which they are run. */
    static final List<TortureMethod> METHODS = List.of(
            new Simulations(), new Rot(), new Kills(), new Owners(), new Syncs(), new FullVolumes(), new PowerCuts());

    /** Kept, lest it is collected with its level. */
    private static final Logger ENGINE_LOG = Logger.getLogger("dev.spool");

    private Torture() {}

    public static void main(String[] arguments) throws Exception {
        ENGINE_LOG.setLevel(Level.SEVERE); // opens and closes without end
        System.exit(run(List.of(arguments), System.out));
    }

    /** As {@link #main}, without ending the process: returns its status. */
    public static int run(List<String> arguments, PrintStream out) throws Exception {
        CommandLine line;
        try {
            line = CommandLine.parse(arguments, backends());
        } catch (IllegalArgumentException e) {
            System.err.println("torture: " + e.getMessage() + "; --help tells more");
            return 2;
        }
        if (line.asksForHelp()) {
            out.println(CommandLine.help());
            return 0;
        }
        Order order = line.order(out);
        List<Score> scores = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (TortureMethod method : line.methods()) {
            String missing = method.missing();
            if (!missing.isEmpty()) {
                leftOut.add(method.name() + ": " + missing);
                continue;
            }
            long start = System.nanoTime();
            out.println("== " + method.name() + ": " + method.description());
            List<Score> found = method.run(order);
            found.forEach(score -> {
                score.notes().forEach(note -> order.say("   " + note));
                score.failures().forEach(failure -> order.say("FAILED " + failure));
            });
            scores.addAll(found);
            order.say("   " + (System.nanoTime() - start) / 1_000_000_000 + " s");
        }
        ScoreTable table = new ScoreTable(scores);
        out.println();
        out.println(table);
        leftOut.forEach(method -> out.println("left out: " + method));
        if (table.clean()) {
            RotSpool.delete(order.work());
        }
        return table.clean() && leftOut.isEmpty() ? 0 : 1;
    }

    /** Every backend on the class path, by name. */
    static List<SpoolProvider> backends() {
        return ServiceLoader.load(SpoolProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(java.util.Comparator.comparing(SpoolProvider::name))
                .toList();
    }
}
