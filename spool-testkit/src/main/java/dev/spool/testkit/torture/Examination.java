package dev.spool.testkit.torture;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.engine.ledger.LedgerDifference;
import dev.spool.engine.ledger.LedgerOracle;
import dev.spool.engine.ledger.LedgerReader;
import dev.spool.engine.ledger.LedgerVerdict;
import dev.spool.engine.ledger.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Holds a spool to which nothing but crashes and failures happened against its ledger. As no byte of it was damaged, what is
 * reported as corrupt counts as lost, and damage found by the check as unreported.
 */
final class Examination {

    private static final int TOLD_MAX = 10;

    private final SpoolProvider provider;
    private final Path directory;
    private final Path ledger;
    private final SpoolOptions options;

    Examination(SpoolProvider provider, Path directory, Path ledger, SpoolOptions options) {
        this.provider = provider;
        this.directory = directory;
        this.ledger = ledger;
        this.options = options;
    }

    /** Checks it, reads it beside nobody, and then opens it as its owner and reads it again. */
    void whole(Score score, String replay) throws IOException {
        check(score, replay);
        try (SpoolReader reader = provider.openReadOnly(directory, options)) {
            hold(reader, score, replay);
        }
        try (Spool spool = provider.open(directory, options)) {
            hold(spool, score, replay);
        }
    }

    /** Checks it and reads it, and changes nothing. */
    void untouched(Score score, String replay) throws IOException {
        check(score, replay);
        try (SpoolReader reader = provider.openReadOnly(directory, options)) {
            hold(reader, score, replay);
        }
    }

    private void check(Score score, String replay) throws SpoolException {
        List<Finding> damage = new ArrayList<>();
        CheckReport report = provider.check(directory, options, finding -> {
            if (finding.severity() == Finding.Severity.DAMAGE) {
                damage.add(finding);
            }
        });
        if (!damage.isEmpty() || report.damaged() > 0 || !report.complete()) {
            score.unreported(1).failure(replay + ": the check finds " + report + " " + head(damage));
        }
    }

    /** Holds what is open against the ledger, and envelopes against their bodies. */
    void hold(SpoolReader spool, Score score, String replay) throws IOException {
        List<LedgerDifference> differences = new ArrayList<>();
        LedgerVerdict verdict;
        try (LedgerReader reader = LedgerReader.open(ledger)) {
            verdict = LedgerOracle.of(reader).hold(spool, differences::add);
        }
        long mismatched = envelopesOfOthers(spool);
        score.lost(verdict.lost() + verdict.corrupt()).wrong(verdict.wrong() + verdict.resurrected() + mismatched);
        if (!verdict.clean() || mismatched > 0) {
            score.failure(replay + ": " + verdict + ", " + mismatched + " envelopes of another version; "
                    + head(differences));
        }
    }

    /** Messages of {@code LoadProcess} whose envelope tells another version than their body. */
    private static long envelopesOfOthers(SpoolReader spool) throws SpoolException {
        long wrong = 0;
        try (SpoolScan scan = spool.enumerate()) {
            while (scan.hasNext()) {
                if (scan.next() instanceof SpoolEntry.Item item && item.envelopeBytes() > 0) {
                    Message message = item.message().orElseThrow();
                    OptionalInt version = Payload.check(item.id(), message);
                    String envelope = StandardCharsets.UTF_8
                            .decode(message.envelope().duplicate())
                            .toString();
                    wrong += envelope.startsWith("version " + version.orElse(-1) + " ") ? 0 : 1;
                }
            }
        }
        return wrong;
    }

    private static String head(List<?> all) {
        return all.size() <= TOLD_MAX
                ? all.toString()
                : all.subList(0, TOLD_MAX) + " and " + (all.size() - TOLD_MAX) + " more";
    }
}
