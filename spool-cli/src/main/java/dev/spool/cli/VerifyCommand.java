package dev.spool.cli;

import dev.spool.SpoolReader;
import dev.spool.cli.base.Diagnosis;
import dev.spool.cli.base.JsonLines;
import dev.spool.cli.base.StandardStreams;
import dev.spool.engine.ledger.LedgerDifference;
import dev.spool.engine.ledger.LedgerOracle;
import dev.spool.engine.ledger.LedgerReader;
import dev.spool.engine.ledger.LedgerVerdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool verify}: holds a spool against the ledger of its writer. */
@Command(
        name = "verify",
        header = "Hold a spool against a ledger.",
        description = {
            "Hold a spool against the ledger that stress wrote: what was acknowledged is there byte for byte, what was "
                    + "removed is gone, what was in doubt is whole or absent. Ids outside the ledger are ignored.",
            "No writer may be at work meanwhile."
        })
final class VerifyCommand extends SpoolCommand {

    /** A spool that lost everything should not flood a terminal; the counts tell the rest. */
    private static final int DIFFERENCES_TOLD_MAX = 20;

    @Mixin
    private SpoolDirectory directory;

    @Option(names = "--acks", required = true, paramLabel = "FILE", description = "The ledger.")
    private Path acks;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    private long differencesTold;

    VerifyCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        LedgerVerdict verdict;
        try (SpoolReader spool = directory.openReadOnly()) {
            LedgerOracle oracle;
            try (LedgerReader ledger = LedgerReader.open(acks)) {
                oracle = LedgerOracle.of(ledger);
            }
            verdict = oracle.hold(spool, this::tell);
        }
        if (!verdict.scan().complete()) {
            note("not everything could be read: " + verdict.scan().whyNot() + "; run spool-fsck");
        }
        if (json) {
            writeJson(verdict);
        } else {
            streams.line(String.format(
                    Locale.ROOT,
                    "stored %d, removed %d, lost %d, wrong %d, resurrected %d, corrupt %d",
                    verdict.stored(),
                    verdict.removed(),
                    verdict.lost(),
                    verdict.wrong(),
                    verdict.resurrected(),
                    verdict.corrupt()));
        }
        return verdict.clean() ? ExitCode.OK : ExitCode.CORRUPT;
    }

    private void tell(LedgerDifference difference) {
        if (differencesTold++ < DIFFERENCES_TOLD_MAX) {
            note(difference.kind().name().toLowerCase(Locale.ROOT) + ": message " + difference.id() + ": "
                    + Diagnosis.oneLine(difference.detail()));
        } else if (differencesTold == DIFFERENCES_TOLD_MAX + 1) {
            note("more differences are counted, not told");
        }
    }

    private void writeJson(LedgerVerdict verdict) throws IOException {
        new JsonLines(streams).line(object -> {
            object.writeNumberField("stored", verdict.stored());
            object.writeNumberField("removed", verdict.removed());
            object.writeNumberField("lost", verdict.lost());
            object.writeNumberField("wrong", verdict.wrong());
            object.writeNumberField("resurrected", verdict.resurrected());
            object.writeNumberField("corrupt", verdict.corrupt());
        });
    }
}
