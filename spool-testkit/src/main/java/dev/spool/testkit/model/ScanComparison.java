package dev.spool.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.MessageInfo;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.SpoolScan;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Compares scans with the reference, and with what earlier scans told of births and revisions. */
final class ScanComparison {

    private final Map<SpoolId, MessageInfo> seen = new HashMap<>();

    /** The message is gone; what comes under its id later is another. */
    void forget(SpoolId id) {
        seen.remove(id);
    }

    void compare(Spool spool, ReferenceSpool reference, EnumerateOptions options) {
        Set<SpoolId> found = new HashSet<>();
        try (SpoolScan scan = spool.enumerate(options)) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                assertThat(entry).isInstanceOf(SpoolEntry.Item.class);
                SpoolEntry.Item item = (SpoolEntry.Item) entry;
                assertThat(found.add(item.id())).as("%s comes once", item).isTrue();
                compare(item, reference, options);
            }
            assertThat(scan.report().complete()).as("%s", scan.report()).isTrue();
        }
        assertThat(found)
                .isEqualTo(
                        options.presentAtOpenOnly()
                                ? reference.presentAtOpen()
                                : reference.messages().keySet());
    }

    private void compare(SpoolEntry.Item item, ReferenceSpool reference, EnumerateOptions options) {
        Message expected = reference.load(item.id());
        assertThat(expected).as("%s in the reference", item).isNotNull();
        Objects.requireNonNull(expected);
        assertThat(item.bodyBytes()).isEqualTo(expected.bodyBytes());
        assertThat(item.envelopeBytes()).isEqualTo(expected.envelopeBytes());
        assertThat(item.envelope()).isEqualTo(options.idsOnly() ? ByteBuffer.allocate(0) : expected.envelope());
        MessageInfo earlier = seen.put(item.id(), item.info());
        assertThat(item.info().birthRevision()).isLessThanOrEqualTo(item.info().revision());
        if (earlier != null) {
            assertThat(item.info().birthRevision()).as("birth of %s", item).isEqualTo(earlier.birthRevision());
            assertThat(item.info().revision()).as("revision of %s", item).isGreaterThanOrEqualTo(earlier.revision());
        }
    }
}
