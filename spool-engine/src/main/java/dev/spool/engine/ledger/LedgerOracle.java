package dev.spool.engine.ledger;

import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.engine.ledger.LedgerDifference.Kind;
import java.io.IOException;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Holds a spool against a ledger. Everything acknowledged must be there byte for byte or be reported corrupt, everything
 * removed must be gone, everything in doubt must be whole or absent; ids outside the ledger are ignored.
 *
 * <p>The spool is both enumerated and asked for each message that the enumeration did not return, so that neither way of
 * reading can hide a fault of the other. No writer may be at work meanwhile. Used by one thread; takes about 80 bytes of
 * memory for each id of the ledger.
 */
public final class LedgerOracle {

    private final Expectations expectations = new Expectations();

    /** An oracle that knows what the reader's ledger says; the reader is read to its end. */
    public static LedgerOracle of(LedgerReader ledger) throws IOException {
        LedgerOracle oracle = new LedgerOracle();
        for (LedgerLine line = ledger.next(); line != null; line = ledger.next()) {
            oracle.expectations.add(line);
        }
        return oracle;
    }

    /**
     * Compares.
     *
     * @param differences told of each difference as it is found
     * @throws SpoolException if the spool could not be read, damage apart
     */
    public LedgerVerdict hold(SpoolReader spool, Consumer<LedgerDifference> differences) throws SpoolException {
        Comparison comparison = new Comparison(differences);
        ScanReport scan = comparison.enumerate(spool);
        comparison.askForTheRest(spool, scan);
        return comparison.verdict(scan);
    }

    /** One run over one spool. */
    private final class Comparison {

        private final Consumer<LedgerDifference> differences;
        private final BitSet met = new BitSet();
        private final Map<Judgement, Long> judged = new EnumMap<>(Judgement.class);
        private long corrupt;

        Comparison(Consumer<LedgerDifference> differences) {
            this.differences = differences;
        }

        ScanReport enumerate(SpoolReader spool) throws SpoolException {
            try (SpoolScan scan = spool.enumerate()) {
                while (scan.hasNext()) {
                    SpoolEntry entry = scan.next();
                    if (entry instanceof SpoolEntry.Item item) {
                        compare(item);
                    } else if (entry instanceof SpoolEntry.Corrupt damage && damage.id() != null) {
                        int number = expectations.ids().find(damage.id());
                        if (number != SpoolIdTable.ABSENT) {
                            corrupt(number, damage.where() + ": " + damage.why());
                        }
                    }
                }
                return scan.report();
            }
        }

        private void compare(SpoolEntry.Item item) throws SpoolException {
            int number = expectations.ids().find(item.id());
            if (number == SpoolIdTable.ABSENT) {
                return;
            }
            if (met.get(number)) {
                count(number, Judgement.WRONG, "the scan returned it twice");
                return;
            }
            try {
                Optional<Message> message = item.message();
                if (message.isPresent()) {
                    present(number, message.get());
                }
            } catch (SpoolCorruptException e) {
                corrupt(number, e.where() + ": " + e.why());
            }
        }

        void askForTheRest(SpoolReader spool, ScanReport scan) throws SpoolException {
            for (int number = 0; number < expectations.ids().count(); number++) {
                if (met.get(number)) {
                    continue;
                }
                try {
                    Optional<Message> message = load(spool, expectations.ids().id(number));
                    if (message.isEmpty()) {
                        count(number, expectations.absent(number), "no such message");
                    } else if (scan.complete() && isAllowed(number, message.get())) {
                        count(number, Judgement.LOST, "it can be loaded, but the scan did not return it");
                    } else {
                        present(number, message.get());
                    }
                } catch (SpoolCorruptException e) {
                    corrupt(number, e.where() + ": " + e.why());
                }
            }
        }

        private boolean isAllowed(int number, Message message) {
            return expectations.present(number, BodyDigest.of(message)) == Judgement.STORED;
        }

        private void present(int number, Message message) {
            met.set(number);
            Judgement judgement = expectations.present(number, BodyDigest.of(message));
            count(number, judgement, judgement == Judgement.STORED ? "" : describe(number, message));
        }

        private String describe(int number, Message message) {
            var version = Payload.check(expectations.ids().id(number), message);
            return "found " + message.bodyBytes() + " bytes, "
                    + (version.isPresent()
                            ? "the generated payload of version " + version.getAsInt()
                            : "not a whole generated payload of this id");
        }

        private void count(int number, Judgement judgement, String detail) {
            judged.merge(judgement, 1L, Long::sum);
            SpoolId id = expectations.ids().id(number);
            switch (judgement) {
                case LOST -> differences.accept(new LedgerDifference(Kind.LOST, id, detail));
                case WRONG -> differences.accept(new LedgerDifference(Kind.WRONG, id, detail));
                case RESURRECTED -> differences.accept(new LedgerDifference(Kind.RESURRECTED, id, detail));
                case STORED, REMOVED, UNDECIDED -> {}
            }
        }

        /** Counts a message once, however often its damage is met. */
        private void corrupt(int number, String detail) {
            if (!met.get(number)) {
                met.set(number);
                corrupt++;
                differences.accept(
                        new LedgerDifference(Kind.CORRUPT, expectations.ids().id(number), detail));
            }
        }

        LedgerVerdict verdict(ScanReport scan) {
            return new LedgerVerdict(
                    judged.getOrDefault(Judgement.STORED, 0L),
                    judged.getOrDefault(Judgement.REMOVED, 0L),
                    judged.getOrDefault(Judgement.LOST, 0L),
                    judged.getOrDefault(Judgement.WRONG, 0L),
                    judged.getOrDefault(Judgement.RESURRECTED, 0L),
                    corrupt,
                    scan);
        }
    }

    private static Optional<Message> load(SpoolReader spool, SpoolId id) throws SpoolException {
        try {
            return spool.load(id).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SpoolException failure) {
                throw failure.forCaller();
            }
            throw new SpoolIoException("loading " + id + " failed", e);
        }
    }
}
