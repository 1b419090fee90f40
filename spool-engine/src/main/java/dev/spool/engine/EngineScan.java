package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import dev.spool.EnumerateOptions;
import dev.spool.MessageInfo;
import dev.spool.ScanReport;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolScan;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.LogScan;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A scan over all shards, one after the other, with the filters of its options. */
final class EngineScan implements SpoolScan {

    private final List<? extends LogReader> logs;
    private final long[] revisionsAtOpen;
    private final EnumerateOptions options;
    private final ReadGate gate;
    private final FoundDamage found;
    private final SpoolEntry.Item.Source source;
    private final StringJoiner whyNot = new StringJoiner("; ");
    private @Nullable LogScan current;
    private @Nullable SpoolEntry next;
    private int shard;
    private long items;
    private long corrupt;
    private boolean ended;

    EngineScan(
            List<? extends LogReader> logs,
            long[] revisionsAtOpen,
            EnumerateOptions options,
            ReadGate gate,
            FoundDamage found,
            SpoolEntry.Item.Source source) {
        this.logs = logs;
        this.revisionsAtOpen = revisionsAtOpen;
        this.options = options;
        this.gate = gate;
        this.found = found;
        this.source = source;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            next = advance();
        }
        return next != null;
    }

    @Override
    public SpoolEntry next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the scan is at its end");
        }
        SpoolEntry entry = next;
        next = null;
        if (entry instanceof SpoolEntry.Item) {
            items++;
        } else {
            corrupt++;
        }
        return requireNonNull(entry);
    }

    @Override
    public ScanReport report() {
        String reasons = ended ? whyNot.toString() : "the scan has not reached its end";
        return new ScanReport(items, corrupt, ended && reasons.isEmpty(), reasons);
    }

    @Override
    public void close() {
        if (!ended) {
            whyNot.add("the scan was closed before its end");
            ended = true;
            next = null;
        }
        closeCurrent();
    }

    private @Nullable SpoolEntry advance() {
        int reader;
        try {
            reader = gate.enter();
        } catch (IllegalStateException closed) {
            return end("the spool was closed during the scan");
        }
        try {
            while (shard < logs.size()) {
                SpoolEntry entry = advanceShard();
                if (entry != null) {
                    return entry;
                }
            }
            ended = true;
            return null;
        } catch (SpoolException e) {
            return end("shard " + shard + ": " + e.getMessage());
        } finally {
            gate.leave(reader);
        }
    }

    /** The next entry of the present shard, or null after moving to the next shard. */
    private @Nullable SpoolEntry advanceShard() throws SpoolException {
        LogScan scan = current;
        if (scan == null) {
            scan = logs.get(shard).scan();
            current = scan;
        }
        for (LogScan.Entry entry = scan.next(!options.idsOnly());
                entry != null;
                entry = scan.next(!options.idsOnly())) {
            LogScan.Damage damage = entry.damage();
            if (damage != null) {
                found.met(entry.id(), damage.where(), damage.why());
                return new SpoolEntry.Corrupt(entry.id(), damage.where(), damage.why());
            }
            if (isWanted(entry)) {
                return new SpoolEntry.Item(
                        requireNonNull(entry.id()), requireNonNull(entry.info()), entry.envelope(), source);
            }
        }
        if (!scan.incompleteBecause().isEmpty()) {
            whyNot.add("shard " + shard + ": " + scan.incompleteBecause());
        }
        scan.close();
        current = null;
        shard++;
        return null;
    }

    private boolean isWanted(LogScan.Entry entry) {
        MessageInfo info = requireNonNull(entry.info());
        return (!options.presentAtOpenOnly() || info.birthRevision() < revisionsAtOpen[shard])
                && (options.storedBefore() == null || info.storedAt().isBefore(options.storedBefore()));
    }

    private @Nullable SpoolEntry end(String why) {
        whyNot.add(why);
        ended = true;
        return null;
    }

    private void closeCurrent() {
        LogScan scan = current;
        current = null;
        if (scan == null) {
            return;
        }
        try {
            int reader = gate.enter();
            try {
                scan.close();
            } finally {
                gate.leave(reader);
            }
        } catch (IllegalStateException closed) {
            // The backend is closed, and everything that scans held went with it.
            return;
        }
    }
}
