package dev.spool.file;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Checks a spool, copies every segment in which something is damaged to {@code quarantine}, and makes the spool clean: damaged
 * messages are removed, and what is intact in the damaged segments is copied to fresh ones before those are freed. Nothing is
 * taken away before its copy in quarantine is durable, so that an interrupted repair can be run again.
 */
final class FileRepair {

    private final BackendContext context;
    private final Consumer<Finding> findings;
    private final Set<SpoolId> damagedIds = new LinkedHashSet<>();
    private final Set<String> damagedFiles = new LinkedHashSet<>();
    private final Set<String> unusedFiles = new LinkedHashSet<>();
    private final List<Finding> found = new ArrayList<>();

    FileRepair(BackendContext context, Consumer<Finding> findings) {
        this.context = context;
        this.findings = findings;
    }

    CheckReport run() throws SpoolException {
        CheckReport before = check(this::remember);
        if (before.damaged() == 0 && before.hints() == 0) {
            found.forEach(findings);
            return before;
        }
        quarantine();
        try (FileBackend backend = FileBackend.open(context)) {
            List<FileLog> logs = backend.logs();
            for (int number = 0; number < logs.size(); number++) {
                clean(logs.get(number), number);
                commit(
                        logs.get(number),
                        List.of()); // a new list of the living segments, without those that are missing
            }
            while (backend.evacuate()) {
                for (FileLog log : logs) {
                    commit(log, List.of());
                }
            }
            for (FileLog log : logs) {
                log.seal();
            }
        }
        List<Finding> left = new ArrayList<>();
        CheckReport after = check(left::add);
        boolean clean = after.damaged() == 0 && after.hints() == 0;
        found.forEach(finding -> findings.accept(left.contains(finding) ? finding : repaired(finding)));
        left.stream()
                .filter(finding -> finding.severity() != Finding.Severity.NOTE && !found.contains(finding))
                .forEach(findings);
        return new CheckReport(after.entries(), before.damaged(), before.hints(), 0, clean, before.complete());
    }

    private CheckReport check(Consumer<Finding> to) throws SpoolException {
        ReadOnlyContext reading = new ReadOnlyContext(
                context.directory(),
                context.disk(),
                context.clock(),
                context.options(),
                context.storeId(),
                context.shards(),
                context::note);
        return new FileCheck(reading, to).run();
    }

    private void remember(Finding finding) {
        found.add(finding);
        if (finding.severity() == Finding.Severity.NOTE) {
            return;
        }
        damagedFiles.add(finding.path());
        if (finding.kind().equals(UnusedSegmentCheck.KIND)) {
            unusedFiles.add(finding.path());
        }
        if (finding.severity() == Finding.Severity.DAMAGE && finding.id() != null) {
            damagedIds.add(finding.id());
        }
    }

    private static Finding repaired(Finding finding) {
        boolean mended = finding.severity() != Finding.Severity.NOTE;
        return new Finding(
                finding.severity(),
                finding.kind(),
                finding.path(),
                finding.offset(),
                finding.id(),
                finding.message(),
                mended);
    }

    private void quarantine() throws SpoolException {
        Quarantine quarantine = new Quarantine(context.disk(), context.directory(), context.epoch());
        for (String file : damagedFiles) {
            Path source = context.directory().resolve(file);
            if (SegmentFiles.slotOf(source) >= 0) {
                quarantine.copy(source);
            }
        }
        for (String file : unusedFiles) {
            delete(context.directory().resolve(file));
        }
    }

    private void delete(Path unused) throws SpoolException {
        try {
            context.disk().delete(unused);
            context.disk().syncDirectory(java.util.Objects.requireNonNull(unused.getParent()));
        } catch (IOException e) {
            throw new SpoolIoException(
                    "deleting " + unused + " failed: " + e.getMessage() + "; a copy of it stands in quarantine", e);
        }
    }

    /** Removes the damaged messages of a log, and marks its damaged segments to be evacuated. */
    private void clean(FileLog log, int number) throws SpoolException {
        long revision = log.nextRevision();
        for (SpoolId id : damagedIds) {
            FileCurrent current = log.finder().current(id);
            if (current != null) {
                RecordHeader remove = new RecordHeader(
                        RecordType.REMOVE,
                        (byte) 0,
                        number,
                        revision,
                        current.info() == null ? 0 : current.info().birthRevision(),
                        id,
                        0,
                        0,
                        0,
                        context.clock().now().toEpochMilli(),
                        Extensions.NONE);
                revision++;
                commit(log, List.of(new BatchRecord(remove, current, null, null)));
            }
        }
        for (Segment segment : log.files().living()) {
            String relative = FileCheck.Place.of(
                            context.directory(), segment.path().toString())
                    .path();
            if (damagedFiles.contains(relative)) {
                segment.condemn();
            }
        }
    }

    private static void commit(FileLog log, List<BatchRecord> records) throws SpoolException {
        Batch batch = new Batch(records, true, log.head());
        try {
            log.commit(batch).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SpoolException failure) {
                throw failure.forCaller();
            }
            throw e;
        }
        log.publish(batch);
        for (BatchRecord entry : records) {
            log.head()
                    .advance(
                            entry.header(),
                            true,
                            java.util.Objects.requireNonNull(entry.previous()).info());
        }
    }
}
