package dev.spool.cli;

import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all messages of a spool, reads each whole, and goes on past damage. Only so is what looks fine known to be
 * fine: an enumeration alone does not read the bodies.
 */
final class EntryReader {

    private final Failures failures;

    /** @param failures told of damage, and of a scan that could not be complete */
    EntryReader(Failures failures) {
        this.failures = failures;
    }

    /** Takes entries as they are read. */
    interface Visitor {
        void whole(SpoolEntry.Item item, Message message) throws IOException;

        /** @param item what is known of the message in spite of the damage; null if nothing but perhaps its id */
        default void damaged(@Nullable SpoolId id, SpoolEntry.@Nullable Item item, String error) throws IOException {}
    }

    void read(SpoolReader spool, Visitor visitor) throws IOException {
        try (SpoolScan scan = spool.enumerate()) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                if (entry instanceof SpoolEntry.Item item) {
                    read(item, visitor);
                } else if (entry instanceof SpoolEntry.Corrupt damage) {
                    String error = damage.where() + ": " + damage.why();
                    String subject = damage.id() == null ? "damage at " : "message " + damage.id() + " is damaged at ";
                    failures.add(subject + error, ExitCode.CORRUPT);
                    visitor.damaged(damage.id(), null, error);
                }
            }
            ScanReport report = scan.report();
            if (!report.complete()) {
                failures.add("not everything could be read: " + report.whyNot() + "; run spool-fsck", ExitCode.CORRUPT);
            }
        }
    }

    private void read(SpoolEntry.Item item, Visitor visitor) throws IOException {
        Optional<Message> message;
        try {
            message = item.message();
        } catch (SpoolCorruptException e) {
            String error = e.where() + ": " + e.why();
            failures.add("message " + item.id() + " is damaged at " + error, ExitCode.CORRUPT);
            visitor.damaged(item.id(), item, error);
            return;
        }
        // Beside an owner it may have been removed since the scan passed it.
        if (message.isPresent()) {
            visitor.whole(item, message.get());
        }
    }
}
