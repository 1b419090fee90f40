package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Head;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes everything of a damaged log that can be read to a new file, the messages that only the records have included. Each
 * message that cannot be saved is an operation of the head's chain: a remove.
 */
final class LogSalvage implements LogSurvey.Sink {

    /** Skipped when the head is lost, so that a revision which only it knew is not used again. */
    private static final long REVISIONS_SKIPPED = 1L << 32;

    private final int number;
    private final long epoch;
    private final Provenance known;
    private final PagedLog source;
    private final NewFile target;
    private final Set<SpoolId> damaged = new LinkedHashSet<>();
    private long saved;
    private long savedBytes;
    private long highestRevision;

    LogSalvage(int number, long epoch, Provenance known, PagedLog source, NewFile target) {
        this.number = number;
        this.epoch = epoch;
        this.known = known;
        this.source = source;
        this.target = target;
    }

    /**
     * @return how many messages were saved
     * @throws SpoolCorruptException if nothing could be read of a file that is not known to be empty
     */
    long run() throws SpoolException {
        LogSurvey survey = new LogSurvey(number, source, this);
        survey.run();
        LogState state = survey.state();
        boolean empty = state != null && state.head().liveCount() == 0;
        if (saved == 0 && damaged.isEmpty() && !empty) {
            throw new SpoolCorruptException(
                    null,
                    source.pages().file().path().toString(),
                    "none of its messages can be read; the log was left as it is, put a copy of the file back");
        }
        writeState(state);
        return saved;
    }

    @Override
    public void intact(CatalogueEntry entry) throws SpoolException {
        target.write(transaction -> copy(entry, transaction));
        saved++;
        savedBytes += entry.bytes();
        highestRevision = Math.max(highestRevision, entry.header().revision());
    }

    @Override
    public void restorable(CatalogueEntry entry, SpoolCorruptException damage) throws SpoolException {
        intact(entry);
    }

    @Override
    public void damaged(String kind, @Nullable SpoolId id, SpoolCorruptException damage) {
        if (id != null) {
            damaged.add(id);
        }
    }

    private void copy(CatalogueEntry entry, Transaction to) throws SpoolException {
        for (byte[] key : entry.recordKeys()) {
            byte[] value = Objects.requireNonNull(source.get(Tree.RECORDS, key), "it has just been read");
            to.put(Tree.RECORDS, key, value);
        }
        to.put(Tree.CATALOGUE, Keys.catalogue(entry.header().id()), entry.encode());
    }

    private void writeState(@Nullable LogState old) throws SpoolException {
        Head head = old == null ? new Head() : old.head();
        long next = old == null ? highestRevision + REVISIONS_SKIPPED : old.nextRevision();
        LogOrigin origin = old == null ? LogOrigin.of(known.storeId()) : known.originOf(lostOnce(), old);
        next = origin.nextRevision(Math.max(next, known.durable(number) + 1));
        for (SpoolId id : damaged) {
            head.advance(removeOf(id, next), true, null);
            next++;
        }
        head.counted(saved, savedBytes);
        LogState state = new LogState(number, epoch, next, false, head);
        target.write(transaction -> {
            LogOrigin.of(known.storeId()).write(transaction);
            state.write(transaction);
        });
    }

    private @Nullable LogOrigin lostOnce() throws SpoolException {
        try {
            return LogOrigin.read(source);
        } catch (SpoolCorruptException e) {
            return null;
        }
    }

    private RecordHeader removeOf(SpoolId id, long revision) {
        return new RecordHeader(RecordType.REMOVE, (byte) 0, number, revision, 0, id, 0, 0, 0, 0, Extensions.NONE);
    }
}
