package dev.spool.cli.copy;

import dev.spool.EnumerateOptions;
import dev.spool.MessageInfo;
import dev.spool.ScanReport;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.engine.SetDigest;
import dev.spool.engine.ledger.SpoolIdTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** What the target of a copy held when a pass began, in about 35 bytes a message. */
final class TargetContents {

    private final SpoolIdTable ids = new SpoolIdTable();
    private long[] versions = new long[1 << 10];
    private final BitSet met = new BitSet();

    private TargetContents() {}

    static TargetContents of(SpoolReader target) throws SpoolException {
        TargetContents contents = new TargetContents();
        forEach(target, contents::add);
        return contents;
    }

    /** The digest of what the target holds, but for the ids left out. */
    static SetDigest digest(SpoolReader target, Iterable<SpoolId> leftOut) throws SpoolException {
        SpoolIdTable without = new SpoolIdTable();
        leftOut.forEach(without::findOrAdd);
        SetDigest digest = new SetDigest();
        forEach(target, (id, info) -> {
            if (without.find(id) == SpoolIdTable.ABSENT) {
                digest.add(id, info);
            }
        });
        return digest;
    }

    /** Notes that the source has this id, and tells whether the target holds it in just this version. */
    boolean meet(SpoolId id, MessageInfo info) {
        int number = ids.find(id);
        if (number == SpoolIdTable.ABSENT) {
            return false;
        }
        met.set(number);
        return versions[number] == version(info);
    }

    /** Notes that the source has this id, in whatever state. */
    void meet(SpoolId id) {
        int number = ids.find(id);
        if (number != SpoolIdTable.ABSENT) {
            met.set(number);
        }
    }

    /** What the target has and the source, all of it met, has not. */
    List<SpoolId> unmet() {
        List<SpoolId> unmet = new ArrayList<>();
        for (int number = met.nextClearBit(0); number < ids.count(); number = met.nextClearBit(number + 1)) {
            unmet.add(ids.id(number));
        }
        return unmet;
    }

    private void add(SpoolId id, MessageInfo info) {
        int number = ids.findOrAdd(id);
        if (number == versions.length) {
            versions = Arrays.copyOf(versions, number * 2);
        }
        versions[number] = version(info);
    }

    /** Tells versions of one message apart: its checksums in the main, its sizes and its time spread over them. */
    private static long version(MessageInfo info) {
        long checksums = (long) info.bodyCrc() << 32 | (info.envelopeCrc() & 0xffffffffL);
        long sizes = info.bodyBytes() * 0x9E3779B97F4A7C15L + info.envelopeBytes();
        return checksums
                ^ Long.rotateLeft(sizes * 0xBF58476D1CE4E5B9L, 31)
                ^ info.storedAt().toEpochMilli() * 0x94D049BB133111EBL;
    }

    @FunctionalInterface
    private interface Visitor {
        void accept(SpoolId id, MessageInfo info);
    }

    /** @throws SpoolCorruptException if not everything could be seen: nobody can tell then whether the copy is one */
    private static void forEach(SpoolReader target, Visitor visitor) throws SpoolException {
        try (SpoolScan scan = target.enumerate(EnumerateOptions.ALL.withIdsOnly())) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                if (entry instanceof SpoolEntry.Item item) {
                    visitor.accept(item.id(), item.info());
                } else if (entry instanceof SpoolEntry.Corrupt damage) {
                    throw new SpoolCorruptException(damage.id(), damage.where(), damage.why());
                }
            }
            ScanReport report = scan.report();
            if (!report.complete()) {
                throw new SpoolCorruptException(null, "the copy", report.whyNot());
            }
        }
    }
}
