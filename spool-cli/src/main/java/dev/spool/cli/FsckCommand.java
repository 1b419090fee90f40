package dev.spool.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.cli.base.Backends;
import dev.spool.cli.base.JsonLines;
import dev.spool.cli.base.StandardStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool fsck}: the offline check, with the exit codes of fsck(8). */
@Command(
        name = "fsck",
        header = "Check a spool that no process has open; repair it.",
        exitCodeOnInvalidInput = FsckCommand.USAGE,
        description = {
            "Check a spool that no process has open; nothing is changed.",
            "With --repair what is damaged is moved to DIR/quarantine, and nothing is deleted."
        },
        footer = {
            "",
            "Exit codes: 0 clean (a torn tail that nobody was promised, or a hint that can be rebuilt, is clean); "
                    + "1 everything found was repaired; 4 damage left; 8 could not check; 16 usage."
        })
final class FsckCommand extends SpoolCommand {

    static final int CLEAN = 0;
    static final int REPAIRED = 1;
    static final int DAMAGE_LEFT = 4;
    static final int COULD_NOT_CHECK = 8;
    static final int USAGE = 16;

    @Mixin
    private SpoolDirectory directory;

    @Option(names = "--json", description = "One JSON object a line: the findings, then a summary.")
    private boolean json;

    @Option(names = "--repair", description = "Move what is damaged to quarantine.")
    private boolean repair;

    FsckCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        SpoolProvider provider = Backends.existing(directory.path());
        Output output = json ? new JsonOutput() : new TextOutput();
        Consumer<Finding> findings = finding -> {
            try {
                output.finding(finding);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        CheckReport report;
        try {
            report = repair
                    ? provider.repair(directory.path(), SpoolOptions.DEFAULTS, findings)
                    : provider.check(directory.path(), SpoolOptions.DEFAULTS, findings);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        output.summary(report);
        if (report.damaged() > 0) {
            return repair && report.repaired() ? REPAIRED : DAMAGE_LEFT;
        }
        return report.complete() ? CLEAN : COULD_NOT_CHECK;
    }

    @Override
    int exitCodeOf(Exception failure) {
        return COULD_NOT_CHECK;
    }

    /** Whoever left early is not told that all is well. */
    @Override
    int exitCodeWhenOutputIsClosed() {
        return COULD_NOT_CHECK;
    }

    private interface Output {
        void finding(Finding finding) throws IOException;

        void summary(CheckReport report) throws IOException;
    }

    private static String severity(Finding finding) {
        return finding.severity().name().toLowerCase(Locale.ROOT);
    }

    private final class TextOutput implements Output {
        @Override
        public void finding(Finding finding) throws IOException {
            streams.line(
                    severity(finding) + ": " + finding.path() + (finding.offset() < 0 ? "" : " at " + finding.offset())
                            + (finding.id() == null ? "" : ", message " + finding.id()) + ": " + finding.message()
                            + (finding.repaired() ? " [repaired]" : ""));
        }

        @Override
        public void summary(CheckReport report) throws IOException {
            streams.line(report.entries() + " messages; " + report.damaged() + " damaged, " + report.hints()
                    + " hints, " + report.quarantined() + " in quarantine"
                    + (report.complete() ? "" : "; not everything could be checked"));
        }
    }

    private final class JsonOutput implements Output {
        private final JsonLines lines;

        JsonOutput() throws IOException {
            lines = new JsonLines(streams);
        }

        @Override
        public void finding(Finding finding) throws IOException {
            lines.line(object -> {
                object.writeStringField("type", "finding");
                object.writeStringField("severity", severity(finding));
                object.writeStringField("kind", finding.kind());
                object.writeStringField("path", finding.path());
                writeOffset(object, finding.offset());
                object.writeStringField(
                        "id", finding.id() == null ? null : finding.id().toString());
                object.writeStringField("message", finding.message());
                object.writeBooleanField("repaired", finding.repaired());
            });
        }

        private static void writeOffset(JsonGenerator object, long offset) throws IOException {
            if (offset < 0) {
                object.writeNullField("offset");
            } else {
                object.writeNumberField("offset", offset);
            }
        }

        @Override
        public void summary(CheckReport report) throws IOException {
            lines.line(object -> {
                object.writeStringField("type", "summary");
                object.writeNumberField("entries", report.entries());
                object.writeNumberField("damaged", report.damaged());
                object.writeNumberField("hints", report.hints());
                object.writeNumberField("quarantined", report.quarantined());
                object.writeBooleanField("complete", report.complete());
            });
        }
    }
}
