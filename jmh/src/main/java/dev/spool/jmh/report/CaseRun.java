package dev.spool.jmh.report;

import dev.spool.jmh.Measures;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs cases, each in a JVM of its own. */
final class CaseRun {

    private CaseRun() {}

    /** Runs a case once, and adds what it shows. */
    static void into(Figures figures, Case what) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^dev\\.spool\\.jmh\\." + what.benchmark().replace(".", "\\.") + "$")
                .threads(what.threads())
                .forks(1)
                .addProfiler(Measures.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        for (Map.Entry<String, String> parameter : what.parameters().entrySet()) {
            options.param(parameter.getKey(), parameter.getValue());
        }
        for (RunResult run : new Runner(options.build()).run()) {
            figures.add(run);
        }
    }
}
