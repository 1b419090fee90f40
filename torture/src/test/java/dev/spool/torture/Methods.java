package dev.spool.torture;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import dev.spool.file.EngineCrashes;
import dev.spool.file.IndexRace;
import dev.spool.file.LogCrashes;
import dev.spool.testkit.torture.Torture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Methods by which faults are found, each as a function from a number to what it finds, null if nothing. They are loaded in a {@link
 * World}.
 */
public final class Methods {

    /** They share their spools, which were not closed. */
    static final int ROT_CASES = 60;

    /** One owner that keeps its lock, and one that loses it. */
    static final int OWNERS_CASES = 2;

    private Methods() {}

    /** The log on a simulated disk: {@code bin/torture --method simulate}. A case is a run of ten lives. */
    public static final class Simulation implements LongFunction<String> {
        @Override
        public String apply(long number) {
            return failureOf(() -> new LogCrashes().run(number, new TreeMap<>()));
        }
    }

    /** The engine on a simulated disk, held against a map: {@code CrashModelProperties}. A case is a run of operations. */
    public static final class Model implements LongFunction<String> {
        @Override
        public String apply(long number) {
            return failureOf(() -> EngineCrashes.run(number));
        }
    }

    /** The index under threads that overtake each other: {@code IndexRaceTest}. A number is a seed. */
    public static final class Index implements LongFunction<String> {
        @Override
        public String apply(long number) {
            return failureOf(() -> IndexRace.run(number));
        }
    }

    /** Damaged files, {@code bin/torture --method rot}. A number is a seed. */
    public static final class Rot implements LongFunction<String> {
        @Override
        public String apply(long number) {
            return tortured("rot", number, ROT_CASES);
        }
    }

    /** Two owners, {@code bin/torture --method owners}. A number is a seed. */
    public static final class Owners implements LongFunction<String> {
        @Override
        public String apply(long number) {
            return tortured("owners", number, OWNERS_CASES);
        }
    }

    /** Many threads on few messages, {@code LinearizabilityContract}. A case is a run of the contract's test. */
    public static final class Linearizability implements LongFunction<String> {
        @Override
        public String apply(long number) {
            return failureOf(() -> runTest(
                    "dev.spool.file.FileContractTest",
                    "dev.spool.testkit.contract.SpoolContractSuite$Linearizability",
                    "concurrentOperationsOnAMessageLookAsIfDoneOneByOne"));
        }
    }

    private static void runTest(String suite, String nested, String method) throws Throwable {
        SummaryGeneratingListener heard = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectNestedMethod(List.of(suite), nested, method))
                                .build(),
                        heard);
        for (TestExecutionSummary.Failure failure : heard.getSummary().getFailures()) {
            throw failure.getException();
        }
        if (heard.getSummary().getTestsSucceededCount() != 1) {
            throw new IllegalStateException("there is no test " + method);
        }
    }

    private static String tortured(String method, long seed, int cases) {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        String failure = failureOf(() -> {
            List<String> arguments = new ArrayList<>(List.of("--method", method, "--backend", "file"));
            arguments.addAll(List.of("--seed", String.valueOf(seed), "--cases", String.valueOf(cases)));
            int status = Torture.run(arguments, new PrintStream(told, true, StandardCharsets.UTF_8));
            if (status != 0) {
                throw new AssertionError("status " + status);
            }
        });
        return failure == null ? null : failure + '\n' + told.toString(StandardCharsets.UTF_8);
    }

    private interface Case {
        void run() throws Throwable;
    }

    /** A trace and its message, as text: its class belongs to another world. */
    private static String failureOf(Case one) {
        try {
            one.run();
            return null;
        } catch (Throwable e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            return text.toString();
        }
    }
}
