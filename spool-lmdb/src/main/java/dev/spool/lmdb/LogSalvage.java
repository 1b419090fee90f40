package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.io.Disk;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogScan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is intact of a damaged log to a new file, which an owner may then put in its place. Each damaged message is an
 * operation of the head's chain: a remove. It may crash on a damaged page and so runs in a process of its own.
 */
final class LogSalvage {

    /** Skipped when the head is lost, so that a revision which only it knew is not used again. */
    private static final long REVISIONS_SKIPPED = 1L << 32;

    private final Disk disk;
    private final Path spool;
    private final int number;
    private final long epoch;
    private final Consumer<String> progress;
    private final List<SpoolId> damaged = new ArrayList<>();
    private long saved;
    private long savedBytes;
    private long highestRevision;

    LogSalvage(Disk disk, Path spool, int number, long epoch, Consumer<String> progress) {
        this.disk = disk;
        this.spool = spool;
        this.number = number;
        this.epoch = epoch;
        this.progress = progress;
    }

    /** @return how many messages were saved, and how many were damaged */
    CheckReport run() throws SpoolException {
        progress.accept("the catalogue of log " + number);
        Path directory = Generation.directory(spool, number);
        LogFile file = LogFile.share(disk, directory, Environment.Use.READ, 1);
        long mapBytes = 2 * SpaceGauge.sizeOf(disk, directory) + (64L << 20);
        try (NewFile target = NewFile.create(disk, directory, file.generation().next(epoch), mapBytes)) {
            messages(new LogReads(file, false), target);
            state(file, target);
            target.finish();
        } finally {
            file.release();
        }
        return new CheckReport(saved, damaged.size(), 0, 0, false, true);
    }

    private void messages(LogReads reads, NewFile target) throws SpoolException {
        try (LmdbScan scan = new LmdbScan(reads, number)) {
            for (LogScan.Entry entry = scan.next(false); entry != null; entry = scan.next(false)) {
                SpoolId id = entry.id();
                if (id != null) {
                    progress.accept("message " + id);
                    save(reads, id, target);
                }
            }
        } catch (SpoolCorruptException e) {
            progress.accept("the end of the catalogue: " + e.getMessage());
        }
    }

    private void save(LogReads reads, SpoolId id, NewFile target) throws SpoolException {
        try {
            byte[] catalogued = reads.catalogued(id);
            if (catalogued == null || reads.read(id, true) == null) {
                return;
            }
            reads.read(transaction -> {
                CatalogueEntry entry = MessageReader.entry(transaction, id, catalogued);
                target.write(to -> copy(transaction, entry, catalogued, to));
                saved++;
                savedBytes += entry.header().bodyBytes() + entry.header().envelopeBytes();
                highestRevision = Math.max(highestRevision, entry.header().revision());
                return entry;
            });
        } catch (SpoolCorruptException e) {
            damaged.add(id);
        }
    }

    private static void copy(Transaction from, CatalogueEntry entry, byte[] catalogued, Transaction to)
            throws SpoolException {
        for (byte[] key : entry.recordKeys()) {
            byte[] value = from.get(Tree.RECORDS, key);
            to.put(Tree.RECORDS, key, java.util.Objects.requireNonNull(value, "it has just been read"));
        }
        to.put(Tree.CATALOGUE, Keys.catalogue(entry.header().id()), catalogued);
    }

    private void state(LogFile file, NewFile target) throws SpoolException {
        LogState known = knownState(file);
        Head head = known == null ? new Head() : known.head();
        long next = known == null ? highestRevision + REVISIONS_SKIPPED : known.nextRevision();
        for (SpoolId id : damaged) {
            head.advance(removeOf(id, next), true, null);
            next++;
        }
        head.counted(saved, savedBytes);
        LogState state = new LogState(number, epoch, next, false, head);
        target.write(state::write);
    }

    private @Nullable LogState knownState(LogFile file) throws SpoolException {
        try {
            return file.find(transaction -> LogState.read(transaction, number));
        } catch (SpoolCorruptException e) {
            progress.accept("the head: " + e.getMessage());
            return null;
        }
    }

    private RecordHeader removeOf(SpoolId id, long revision) {
        return new RecordHeader(RecordType.REMOVE, (byte) 0, number, revision, 0, id, 0, 0, 0, 0, Extensions.NONE);
    }
}
