package dev.spool.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.spool.Durability;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.cli.base.Diagnosis;
import dev.spool.cli.base.JsonLines;
import dev.spool.cli.base.Progress;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.base.StopSignal;
import dev.spool.cli.base.UsageException;
import dev.spool.cli.stress.SizeRange;
import dev.spool.cli.stress.StressPlan;
import dev.spool.cli.stress.StressRun;
import dev.spool.cli.stress.StressTally;
import dev.spool.engine.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool stress}: load with a ledger. */
@Command(
        name = "stress",
        header = "Put load on a spool, with a ledger.",
        showDefaultValues = true,
        description = {
            "Store, replace, remove and load generated messages with ids of this run's own, and write down in a ledger what "
                    + "was issued and what was acknowledged, for verify. Told to stop, it ends as after --seconds.",
            "Refused operations are counted and retried with back-off."
        })
final class StressCommand extends SpoolCommand {

    @Mixin
    private NewSpoolDirectory directory;

    @Option(
            names = "--acks",
            required = true,
            paramLabel = "FILE",
            description = "The ledger; added to if it is there.")
    private Path acks;

    @Option(names = "--seconds", paramLabel = "N", description = "How long.")
    private double seconds = 10;

    @Option(names = "--threads", paramLabel = "N", description = "Threads.")
    private int threads = 8;

    @Option(names = "--in-flight", paramLabel = "N", description = "Operations under way at once, per thread.")
    private int inFlight = 1;

    @Option(
            names = "--size",
            paramLabel = "A-B",
            converter = SizeRangeConverter.class,
            defaultValue = "4096-4096",
            description = "Sizes of messages in bytes.")
    private SizeRange sizes;

    @Option(names = "--remove-ratio", paramLabel = "P", description = "Chance of a removal per message stored.")
    private double removeRatio;

    @Option(names = "--replace-ratio", paramLabel = "P", description = "Chance of a replace per message stored.")
    private double replaceRatio;

    @Option(
            names = "--sync",
            paramLabel = "always|deferred",
            converter = SyncConverter.class,
            defaultValue = "always",
            description = "Whether an acknowledgement waits for the disk, or a sync follows a little later.")
    private Durability sync;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    private final StopSignal stop;

    StressCommand(StandardStreams streams, StopSignal stop) {
        super(streams);
        this.stop = stop;
    }

    @Override
    int run() throws IOException, InterruptedException {
        StressPlan plan = plan();
        stop.takeOver();
        StressRun run = run(plan);
        StressTally tally = run.tally();
        if (json) {
            new JsonLines(streams).line(object -> writeJson(object, run));
        } else {
            writeText(run);
        }
        Exception fatal = tally.fatalFailure();
        if (fatal != null) {
            note("ended early: " + Diagnosis.of(fatal));
            Diagnosis.trace(fatal, streams);
        }
        if (tally.wrongLoadCount() > 0) {
            note(tally.wrongLoadCount()
                    + " loads did not return what had been acknowledged; keep the spool and the ledger");
            return ExitCode.CORRUPT;
        }
        if (tally.anythingAcknowledged()) {
            return ExitCode.OK;
        }
        note("nothing was acknowledged");
        return fatal == null ? ExitCode.FAILED : exitCodeOf(fatal);
    }

    private StressPlan plan() throws UsageException {
        try {
            Duration duration = Duration.ofNanos((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
            return new StressPlan(duration, threads, inFlight, sizes, removeRatio, replaceRatio);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private StressRun run(StressPlan plan) throws IOException, InterruptedException {
        Spool spool = directory.open(SpoolOptions.builder().durability(sync).build());
        StressRun run;
        try (Progress progress = new Progress(streams, "operations acknowledged")) {
            long maxBytes = spool.stats().maxMessageBytes();
            if (plan.sizes().maxBytes() > maxBytes) {
                throw new UsageException("--size goes past " + maxBytes + " bytes, the most that this spool takes");
            }
            try (Ledger ledger = Ledger.append(acks)) {
                run = StressRun.run(plan, spool, ledger, stop, progress);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            closeAfter(spool, e);
            throw e;
        }
        try {
            spool.close();
        } catch (SpoolException e) {
            // What was acknowledged is on disk all the same, and that is what the exit code tells.
            note("no clean end: " + Diagnosis.of(e));
        }
        return run;
    }

    private static void closeAfter(Spool spool, Exception failure) {
        try {
            spool.close();
        } catch (SpoolException e) {
            failure.addSuppressed(e);
        }
    }

    private void writeText(StressRun run) throws IOException {
        StressTally tally = run.tally();
        long stores = tally.storeNanos().getTotalCount();
        streams.line(String.format(
                Locale.ROOT,
                "%.1f s: %.0f stores/s, %.1f MB/s; %d stored (%d of them replaces), %d removed, %d loaded",
                run.seconds(),
                stores / run.seconds(),
                tally.storedBytes() / run.seconds() / 1e6,
                stores,
                tally.replacedCount(),
                tally.removeNanos().getTotalCount(),
                tally.loadNanos().getTotalCount()));
        streams.line(String.format(
                Locale.ROOT,
                "%d refused, %d in doubt, %d loads failed, %d loads wrong",
                tally.refusedCount(),
                tally.inDoubtCount(),
                tally.failedLoadCount(),
                tally.wrongLoadCount()));
        writeLatencies("store", tally.storeNanos());
        writeLatencies("load", tally.loadNanos());
        writeLatencies("remove", tally.removeNanos());
    }

    private void writeLatencies(String operation, Histogram nanos) throws IOException {
        if (nanos.getTotalCount() > 0) {
            streams.line(String.format(
                    Locale.ROOT,
                    "%-7s p50 %.3f ms, p90 %.3f, p99 %.3f, p99.9 %.3f, max %.3f",
                    operation,
                    nanos.getValueAtPercentile(50) / 1e6,
                    nanos.getValueAtPercentile(90) / 1e6,
                    nanos.getValueAtPercentile(99) / 1e6,
                    nanos.getValueAtPercentile(99.9) / 1e6,
                    nanos.getMaxValue() / 1e6));
        }
    }

    private static void writeJson(JsonGenerator object, StressRun run) throws IOException {
        StressTally tally = run.tally();
        long stores = tally.storeNanos().getTotalCount();
        object.writeNumberField("seconds", run.seconds());
        object.writeNumberField("stored", stores);
        object.writeNumberField("storedBytes", tally.storedBytes());
        object.writeNumberField("replaced", tally.replacedCount());
        object.writeNumberField("removed", tally.removeNanos().getTotalCount());
        object.writeNumberField("loaded", tally.loadNanos().getTotalCount());
        object.writeNumberField("refused", tally.refusedCount());
        object.writeNumberField("inDoubt", tally.inDoubtCount());
        object.writeNumberField("failedLoads", tally.failedLoadCount());
        object.writeNumberField("wrongLoads", tally.wrongLoadCount());
        object.writeNumberField("storesPerSecond", stores / run.seconds());
        object.writeNumberField("bytesPerSecond", tally.storedBytes() / run.seconds());
        writeLatencies(object, "store", tally.storeNanos());
        writeLatencies(object, "load", tally.loadNanos());
        writeLatencies(object, "remove", tally.removeNanos());
    }

    /** Percentiles in microseconds; null if there was no such operation. */
    private static void writeLatencies(JsonGenerator object, String operation, Histogram nanos) throws IOException {
        if (nanos.getTotalCount() == 0) {
            object.writeNullField(operation);
            return;
        }
        object.writeObjectFieldStart(operation);
        object.writeNumberField("count", nanos.getTotalCount());
        object.writeNumberField("p50Micros", nanos.getValueAtPercentile(50) / 1e3);
        object.writeNumberField("p90Micros", nanos.getValueAtPercentile(90) / 1e3);
        object.writeNumberField("p99Micros", nanos.getValueAtPercentile(99) / 1e3);
        object.writeNumberField("p999Micros", nanos.getValueAtPercentile(99.9) / 1e3);
        object.writeNumberField("maxMicros", nanos.getMaxValue() / 1e3);
        object.writeEndObject();
    }
}
