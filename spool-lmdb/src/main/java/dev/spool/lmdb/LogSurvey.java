package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.Head;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything in a log's file, without LMDB: each page, each message as a load would read it, what the catalogue has lost,
 * the list of free pages, and the whole against the head. Takes no memory for what is intact.
 */
final class LogSurvey {

    private final int number;
    private final PagedLog log;
    private final Sink sink;
    private final PageUses uses = new PageUses();
    private @Nullable LogState state;
    private long intact;
    private long intactBytes;
    private long nameable;
    private boolean anyDamage;
    private boolean complete = true;

    LogSurvey(int number, PagedLog log, Sink sink) {
        this.number = number;
        this.log = log;
        this.sink = sink;
    }

    /** What is told of the things found. */
    interface Sink {

        /** A message of which everything is there. */
        void intact(CatalogueEntry entry) throws SpoolException;

        /** A message that the catalogue has lost, and of which everything else is there: this would be its entry. */
        void restorable(CatalogueEntry entry, SpoolCorruptException damage) throws SpoolException;

        /**
         * Anything else.
         *
         * @param kind a word for what is damaged
         * @param id null if it is not one message
         */
        void damaged(String kind, @Nullable SpoolId id, SpoolCorruptException damage);
    }

    /** Messages found intact. */
    long intact() {
        return intact;
    }

    /** Whether everything could be looked at. */
    boolean isComplete() {
        return complete;
    }

    /** What the log says of itself; null if that is lost. */
    @Nullable
    LogState state() {
        return state;
    }

    void run() throws SpoolException {
        DeadKeys dead = readState();
        log.walkFree(uses, this::lostPage);
        log.walk(Tree.STATE, uses, this::lostPage, (key, value) -> {});
        log.walk(Tree.CATALOGUE, uses, this::lostPage, this::catalogued);
        LostMessages lost = new LostMessages(log, dead);
        log.walk(
                Tree.RECORDS,
                uses,
                damage -> {
                    lost.recordsAreDamaged();
                    lostPage(damage);
                },
                lost::record);
        tell(lost);
        compareWithHead();
    }

    /** @return null if it cannot be told which records are dead */
    private @Nullable DeadKeys readState() throws SpoolException {
        try {
            RootPages.requireTrue(log.pages(), number);
            state = LogState.read(log, number);
            if (state == null) {
                tell("state", null, new SpoolCorruptException(null, log.pages().file() + " state", "there is no head"));
            }
            DeadKeys dead = DeadKeys.read(log);
            if (dead == null) {
                tell("state", null, log.pages().damaged(0, "the list of records without an owner fails its checksum"));
            }
            return dead;
        } catch (SpoolCorruptException e) {
            complete = false;
            tell("state", null, e);
            return null;
        }
    }

    private void catalogued(byte[] key, PageTree.Value value) throws SpoolException {
        nameable++;
        if (key.length != Keys.ID_BYTES) {
            String why = "expected a key of 16 bytes, found " + key.length;
            tell("catalogue", null, new SpoolCorruptException(null, log.at(Tree.CATALOGUE, key), why));
            return;
        }
        SpoolId id = Keys.id(key);
        CatalogueEntry entry;
        try {
            byte[] catalogued = value.read();
            entry = MessageReader.entry(log, id, catalogued);
            MessageReader.read(log, id, catalogued, true);
        } catch (SpoolCorruptException e) {
            tell("record", id, e);
            return;
        }
        intact++;
        intactBytes += entry.bytes();
        sink.intact(entry);
    }

    private void tell(LostMessages lost) throws SpoolException {
        for (LostMessages.Lost message : lost.all()) {
            nameable++;
            CatalogueEntry entry = message.entry();
            if (entry == null) {
                tell("catalogue", message.id(), message.damage());
            } else {
                anyDamage = true;
                sink.restorable(entry, message.damage());
            }
        }
    }

    private void compareWithHead() {
        if (state == null) {
            return;
        }
        Head head = state.head();
        boolean equal = nameable == head.liveCount() && (anyDamage || intactBytes == head.liveBytes());
        if (!equal) {
            complete = false;
            tell(
                    "count",
                    null,
                    new SpoolCorruptException(
                            null,
                            log.pages().file().path().toString(),
                            "the head says that there are " + head.liveCount() + " messages of " + head.liveBytes()
                                    + " bytes, and " + nameable + " could be named, of which " + intact
                                    + " are intact, of " + intactBytes + " bytes"));
        }
    }

    private void lostPage(SpoolCorruptException damage) {
        complete = false;
        tell("page", null, damage);
    }

    private void tell(String kind, @Nullable SpoolId id, SpoolCorruptException damage) {
        anyDamage = true;
        sink.damaged(kind, id, damage);
    }
}
