package dev.spool.cli.copy;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.StoreOptions;
import dev.spool.cli.base.StoreWindow;
import dev.spool.engine.SetDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Makes one spool hold what another holds: ids, bodies, envelopes and times. Goes in passes, each of which stores what is
 * missing or different and removes what the source no longer has, and ends once the digest of what a pass saw in the source
 * equals that of the target. One pass is enough for a source that nobody writes to; a copy that was interrupted costs the
 * rest only.
 */
public final class SpoolCopy {

    private static final int PASSES_MAX = 3;

    private final SpoolReader source;
    private final Spool target;
    private final Consumer<String> damage;
    private final LongConsumer progress;
    private long copied;
    private long copiedBytes;
    private long kept;

    /**
     * @param damage told of what is damaged in the source and left out
     * @param progress told how many messages have been stored
     */
    public SpoolCopy(SpoolReader source, Spool target, Consumer<String> damage, LongConsumer progress) {
        this.source = source;
        this.target = target;
        this.damage = damage;
        this.progress = progress;
    }

    /** How a copy ended. */
    public enum End {
        /** The target holds everything that could be read. */
        EQUAL,
        /** The source kept changing. */
        DIFFERENT,
        /** Not everything in the source could be seen. */
        INCOMPLETE
    }

    public End run() throws IOException {
        for (int pass = 0; pass < PASSES_MAX; pass++) {
            Pass run = new Pass(TargetContents.of(target), pass == 0 ? damage : alreadyTold -> {});
            ScanReport report = run.copyAll();
            if (!report.complete()) {
                damage.accept("not everything could be read: " + report.whyNot() + "; run spool-fsck");
                return End.INCOMPLETE;
            }
            target.blocking().removeAll(run.before.unmet());
            SetDigest copy = TargetContents.digest(target, run.damaged);
            if (Arrays.equals(run.digest.toBytes(), copy.toBytes())) {
                return End.EQUAL;
            }
        }
        return End.DIFFERENT;
    }

    /** Messages stored by this run. */
    public long copied() {
        return copied;
    }

    public long copiedBytes() {
        return copiedBytes;
    }

    /** Messages that the target held already. */
    public long kept() {
        return kept;
    }

    private final class Pass {
        private final TargetContents before;
        private final Consumer<String> told;
        private final SetDigest digest = new SetDigest();
        private final List<SpoolId> damaged = new ArrayList<>();
        private final StoreWindow window = new StoreWindow(target, id -> progress.accept(++copied));

        Pass(TargetContents before, Consumer<String> told) {
            this.before = before;
            this.told = told;
        }

        ScanReport copyAll() throws IOException {
            try (SpoolScan scan = source.enumerate(EnumerateOptions.ALL.withIdsOnly())) {
                while (scan.hasNext()) {
                    SpoolEntry entry = scan.next();
                    if (entry instanceof SpoolEntry.Item item) {
                        copy(item);
                    } else if (entry instanceof SpoolEntry.Corrupt corrupt) {
                        leaveOut(new SpoolCorruptException(corrupt.id(), corrupt.where(), corrupt.why()));
                    }
                }
                window.drain();
                return scan.report();
            }
        }

        private void copy(SpoolEntry.Item item) throws IOException {
            if (before.meet(item.id(), item.info())) {
                kept++;
                digest.add(item.id(), item.info());
                return;
            }
            Optional<Message> message;
            try {
                message = item.message();
            } catch (SpoolCorruptException e) {
                leaveOut(e);
                return;
            }
            if (message.isPresent()) {
                store(item, message.get());
            }
        }

        private void store(SpoolEntry.Item item, Message message) throws IOException {
            try {
                window.store(item.id(), message, StoreOptions.DEFAULT.withStoredAt(item.storedAt()));
            } catch (IllegalArgumentException e) {
                throw new IOException("message " + item.id() + " does not fit the target: " + e.getMessage(), e);
            }
            copiedBytes += message.bodyBytes();
            digest.add(item.id(), item.info());
        }

        private void leaveOut(SpoolException e) {
            told.accept(String.valueOf(e.getMessage()));
            if (e instanceof SpoolCorruptException corrupt && corrupt.id().isPresent()) {
                before.meet(corrupt.id().get());
                damaged.add(corrupt.id().get());
            }
        }
    }
}
