package dev.spool.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A method of finding faults, how often it is tried here, and what it says when it has found one. */
enum Way {
    SIMULATE(Methods.Simulation.class, 20, 1, "AssertionError: seed ([0-9]+): "),
    MODEL(Methods.Model.class, 20, 1, "AssertionError: (?:\\[|the check found)"),
    ROT(Methods.Rot.class, 2, Methods.ROT_CASES, "FAILED case ([0-9]+): replay with"),
    OWNERS(Methods.Owners.class, 2, Methods.OWNERS_CASES, "FAILED case ([0-9]+) of owners"),
    LINEARIZABILITY(Methods.Linearizability.class, 2, 1, "no order of these [0-9]+ calls"),
    INDEX(Methods.Index.class, 500, 1, "AssertionError: seed ([0-9]+): id [0-9]+: no order of these");

    private static final Pattern LEFT_BEHIND = Pattern.compile("(?:working in|what was damaged is in) ([^,\\s\\]]+)");

    private final Class<? extends LongFunction<String>> method;
    private final int tries;
    private final int casesOfEach;
    private final Pattern complaint;

    Way(Class<? extends LongFunction<String>> method, int tries, int casesOfEach, String complaint) {
        this.method = method;
        this.tries = tries;
        this.casesOfEach = casesOfEach;
        this.complaint = Pattern.compile(complaint);
    }

    /** What else is changed for this way to work. */
    CodeChange prepared(CodeChange change) throws NoSuchMethodException {
        return this != INDEX
                ? change
                : change.andPassAtEachAccess("dev.spool.file.LocationTable")
                        .andPassInsteadOfWaiting("dev.spool.file.LocationIndex$Stripe");
    }

    /**
     * What came of it.
     *
     * @param number of the first case in which anything was found, or of cases in which nothing was
     * @param complaint null if nothing was found
     */
    record Found(long number, String complaint) {}

    /** Tries case after case until one finds something. */
    Found search(World world) throws Exception {
        for (int number = 1; number <= tries; number++) {
            String text = world.findings(method, number);
            if (text != null) {
                deleteWhatIsLeft(text);
                return new Found((number - 1L) * casesOfEach + (casesOfEach == 1 ? 1 : firstNumber(text)), text);
            }
        }
        return new Found((long) tries * casesOfEach, null);
    }

    /** Whether the text says what this way says of what it is to find, and no accident of its own. */
    boolean isComplaint(String text) {
        return complaint.matcher(text).find();
    }

    /** Which of the cases of one try, counted from 1, it complains of first. */
    private long firstNumber(String text) {
        Matcher matcher = complaint.matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) + 1 : 0;
    }

    /** What failed stays, for whoever looks into it; here it is to fail. */
    private static void deleteWhatIsLeft(String text) throws IOException {
        Matcher places = LEFT_BEHIND.matcher(text);
        while (places.find()) {
            Path place = Path.of(places.group(1));
            if (Files.isDirectory(place)) {
                delete(place);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
