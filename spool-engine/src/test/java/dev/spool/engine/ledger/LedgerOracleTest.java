package dev.spool.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.ledger.LedgerDifference.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ledgers are written as words: {@code s1} issues version 1 of a message, {@code S1} acknowledges it, r and R remove it. */
class LedgerOracleTest {

    private static final SpoolId ID = SpoolId.parse("0190000000007000800000000000002a");

    private final List<LedgerDifference> differences = new ArrayList<>();

    @Test
    void anAcknowledgedStoreMustBeThere() throws Exception {
        assertThat(judge("s1 S1", holding(1))).isEqualTo("stored");
        assertThat(judge("s1 S1", new HeldSpool())).isEqualTo("lost");
        assertThat(judge("s1 S1", holding(2))).isEqualTo("wrong");
    }

    @Test
    void anAcknowledgedReplaceMustHaveReplaced() throws Exception {
        assertThat(judge("s1 S1 s2 S2", holding(2))).isEqualTo("stored");
        assertThat(judge("s1 S1 s2 S2", holding(1))).isEqualTo("wrong");
    }

    @Test
    void aReplaceInDoubtLeavesTheOldVersionOrTheNewOne() throws Exception {
        assertThat(judge("s1 S1 s2", holding(1))).isEqualTo("stored");
        assertThat(judge("s1 S1 s2", holding(2))).isEqualTo("stored");
        assertThat(judge("s1 S1 s2", holding(3))).isEqualTo("wrong");
        assertThat(judge("s1 S1 s2", new HeldSpool())).isEqualTo("lost");
    }

    @Test
    void aStoreInDoubtIsWholeOrAbsent() throws Exception {
        assertThat(judge("s1", holding(1))).isEqualTo("stored");
        assertThat(judge("s1", new HeldSpool())).isEqualTo("nothing");
        assertThat(judge("s1", holding(2))).isEqualTo("wrong");
    }

    @Test
    void anAcknowledgedRemovalMustHaveRemoved() throws Exception {
        assertThat(judge("s1 S1 r R", new HeldSpool())).isEqualTo("removed");
        assertThat(judge("s1 S1 r R", holding(1))).isEqualTo("resurrected");
        assertThat(judge("s1 S1 r", new HeldSpool())).isEqualTo("removed");
        assertThat(judge("s1 S1 r", holding(1))).isEqualTo("stored");
    }

    @Test
    void aStoreAfterARemovalCounts() throws Exception {
        assertThat(judge("s1 S1 r R s2", holding(2))).isEqualTo("stored");
        assertThat(judge("s1 S1 r R s2", new HeldSpool())).isEqualTo("removed");
        assertThat(judge("s1 S1 r R s2", holding(1))).isEqualTo("wrong");
        assertThat(judge("s1 S1 r R s2 S2", new HeldSpool())).isEqualTo("lost");
    }

    @Test
    void anAcknowledgementOvertakesWhatWasInDoubtBefore() throws Exception {
        assertThat(judge("s1 r s2 S2", holding(2))).isEqualTo("stored");
        assertThat(judge("s1 r s2 S2", holding(1))).isEqualTo("wrong");
        assertThat(judge("s1 r s2 S2", new HeldSpool())).isEqualTo("lost");
        assertThat(judge("s1 r s1 S1", new HeldSpool())).isEqualTo("lost");
    }

    @Test
    void aLateAcknowledgementOfWhatWasOvertakenChangesNothing() throws Exception {
        assertThat(judge("s1 s2 S2 S1", holding(2))).isEqualTo("stored");
        assertThat(judge("s1 s2 S2 S1", holding(1))).isEqualTo("wrong");
    }

    @Test
    void aRetriedOperationIsAnsweredOnce() throws Exception {
        assertThat(judge("s1 s1 s1 S1", holding(1))).isEqualTo("stored");
        assertThat(judge("s1 s1 s1 S1 r R", holding(1))).isEqualTo("resurrected");
        assertThat(judge("s1 s1 s1 S1 r R", new HeldSpool())).isEqualTo("removed");
    }

    @Test
    void anAcknowledgementAloneStandsForTheOperationToo() throws Exception {
        assertThat(judge("S1", holding(1))).isEqualTo("stored");
        assertThat(judge("S1", new HeldSpool())).isEqualTo("lost");
        assertThat(judge("S1 R", holding(1))).isEqualTo("resurrected");
    }

    @Test
    void aRemovalInDoubtOfAMessageFromBeforeTheLedgerDecidesNothing() throws Exception {
        assertThat(judge("r", holding(1))).isEqualTo("nothing");
        assertThat(judge("r", new HeldSpool())).isEqualTo("nothing");
        assertThat(judge("r R", holding(1))).isEqualTo("resurrected");
        assertThat(judge("r R", new HeldSpool())).isEqualTo("removed");
    }

    @Test
    void whatTheSpoolReportsAsDamagedIsCorruptOnce() throws Exception {
        SpoolEntry damage = new SpoolEntry.Corrupt(ID, "segment 1", "checksum");
        assertThat(judge("s1 S1", new HeldSpool().withDamaged(ID))).isEqualTo("corrupt");
        assertThat(judge("s1 S1", new HeldSpool().withEntry(damage))).isEqualTo("corrupt");
        assertThat(judge("s1 S1", new HeldSpool().withDamaged(ID).withEntry(damage)))
                .isEqualTo("corrupt");
    }

    @Test
    void idsOutsideTheLedgerAreIgnored() throws Exception {
        HeldSpool spool = holding(1)
                .with(SpoolId.next(), new byte[9])
                .withDamaged(SpoolId.next())
                .withEntry(new SpoolEntry.Corrupt(SpoolId.next(), "segment 1", "checksum"))
                .withEntry(new SpoolEntry.Corrupt(null, "segment 2", "unreadable"));
        assertThat(judge("s1 S1", spool)).isEqualTo("stored");
    }

    @Test
    void aMessageThatACompleteScanLeavesOutIsLost() throws Exception {
        assertThat(judge("s1 S1", new HeldSpool().withUnseenByScans(ID, body(1))))
                .isEqualTo("lost");
        assertThat(differences.get(0).detail()).contains("scan");
    }

    @Test
    void aMessageThatAnIncompleteScanLeavesOutIsLoaded() throws Exception {
        HeldSpool spool = new HeldSpool().withUnseenByScans(ID, body(1)).incomplete("segment 2 is missing");
        assertThat(judge("s1 S1", spool)).isEqualTo("stored");
        assertThat(hold("s1 S1", spool).clean()).isFalse();
    }

    @Test
    void aRemovedMessageThatScansLeaveOutButLoadsReturnIsResurrected() throws Exception {
        assertThat(judge("s1 S1 r R", new HeldSpool().withUnseenByScans(ID, body(1))))
                .isEqualTo("resurrected");
    }

    @Test
    void aMessageReturnedTwiceByAScanIsWrong() throws Exception {
        LedgerVerdict verdict = hold("s1 S1", new HeldSpool().withEntryTwice(ID, body(1)));
        assertThat(verdict.wrong()).isOne();
        assertThat(verdict.clean()).isFalse();
    }

    @Test
    void aDifferenceSaysWhichMessageAndWhatWasFound() throws Exception {
        hold("s1 S1 s2 S2", holding(1));
        assertThat(differences).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Kind.WRONG);
            assertThat(difference.id()).isEqualTo(ID);
            assertThat(difference.detail()).contains("version 1");
        });
    }

    private String judge(String ledger, HeldSpool spool) throws IOException {
        LedgerVerdict verdict = hold(ledger, spool);
        Map<String, Long> counts = Map.of(
                "stored", verdict.stored(),
                "removed", verdict.removed(),
                "lost", verdict.lost(),
                "wrong", verdict.wrong(),
                "resurrected", verdict.resurrected(),
                "corrupt", verdict.corrupt());
        assertThat(counts.values().stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(1);
        return counts.entrySet().stream()
                .filter(count -> count.getValue() == 1)
                .map(Map.Entry::getKey)
                .findAny()
                .orElse("nothing");
    }

    private LedgerVerdict hold(String words, HeldSpool spool) throws IOException, SpoolException {
        StringBuilder lines = new StringBuilder();
        for (String word : words.split(" ")) {
            char letter = word.charAt(0);
            lines.append(letter).append(' ').append(ID);
            if (word.length() > 1) {
                byte[] line = LedgerFormat.encode(
                        LedgerLine.Step.STORING, ID, BodyDigest.of(body(Integer.parseInt(word.substring(1)))));
                lines.append(new String(line, StandardCharsets.US_ASCII).substring(34));
            } else {
                lines.append('\n');
            }
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
        LedgerOracle oracle = LedgerOracle.of(new LedgerReader("acks", new ByteArrayInputStream(bytes)));
        differences.clear();
        return oracle.hold(spool, differences::add);
    }

    private static HeldSpool holding(int version) {
        return new HeldSpool().with(ID, body(version));
    }

    private static byte[] body(int version) {
        return Payload.of(ID, 100, version);
    }
}
