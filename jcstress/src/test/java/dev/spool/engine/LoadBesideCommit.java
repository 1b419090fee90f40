package dev.spool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.spool.MessageInfo;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A load that overlaps with a commit does not leave the old version in the cache, nor hide the new one meanwhile. */
@JCStressTest
@Description(
        "a load that reads the version from the log and keeps it, with another load before it keeps it and one after that, beside a commit"
                + " that replaces the version: what the other two find, and what the cache holds at the end")
@Outcome(
        id = {"1, 1, 0", "1, 2, 0", "2, 2, 0"},
        expect = ACCEPTABLE,
        desc = "in order, nothing is kept")
@Outcome(
        id = {"1, 1, 2", "1, 2, 2", "2, 2, 2"},
        expect = ACCEPTABLE,
        desc = "in order, the new version is kept")
@Outcome(expect = FORBIDDEN, desc = "the old version after the new one, or for good")
@State
public class LoadBesideCommit {

    private static final MessageCache CACHE = new MessageCache(64 << 20, false);
    private static final AtomicLong IDS = new AtomicLong();

    private final SpoolId id = new SpoolId(1, IDS.incrementAndGet());
    private final List<BatchRecord> replacement =
            List.of(new BatchRecord(header(id), new Current(message(1).info()) {}, null, null));
    private volatile StoredMessage log = message(1);

    private static StoredMessage message(int revision) {
        MessageInfo info = new MessageInfo(revision, 1, 0, 0, 0, 0, Instant.EPOCH);
        return new StoredMessage(info, ByteBuffer.allocate(0), List.of());
    }

    private static RecordHeader header(SpoolId id) {
        return new RecordHeader(RecordType.PUT, (byte) 0, 0, 2, 1, id, 0, 0, 0, 0, Extensions.NONE);
    }

    @Actor
    public void load(JJJ_Result found) {
        long stamp = CACHE.stamp(id);
        StoredMessage read = log;
        found.r1 = find().info().revision();
        CACHE.loaded(id, read, stamp);
        found.r2 = find().info().revision();
    }

    @Actor
    public void commit() {
        CACHE.changing(replacement);
        log = message(2);
        CACHE.changed(replacement);
    }

    private StoredMessage find() {
        StoredMessage kept = CACHE.get(id);
        return kept != null ? kept : log;
    }

    @Arbiter
    public void after(JJJ_Result kept) {
        StoredMessage message = CACHE.get(id);
        kept.r3 = message == null ? 0 : message.info().revision();
    }
}
