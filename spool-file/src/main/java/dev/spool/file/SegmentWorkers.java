package dev.spool.file;

import dev.spool.SpoolException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Deals many segments out to a worker on each processor: this thread, and the threads of the JDK's common pool that have nothing else
 * to do. A few small segments go to one worker, in their order, which costs less.
 */
final class SegmentWorkers {

    /** Bytes of segments from which on it pays to wake other threads. */
    private static final long SHARED_FROM_BYTES = 64 << 20;

    private SegmentWorkers() {}

    /** What one thread does with its part of the segments. */
    interface Worker {

        void take(Segment segment) throws SpoolException;

        /** There are no more. */
        void finish() throws SpoolException;
    }

    /**
     * Deals them out, and returns the workers when all have finished.
     *
     * @throws SpoolException what a worker threw; the others have stopped then
     */
    static <W extends Worker> List<W> deal(List<Segment> segments, Supplier<W> workers) throws SpoolException {
        long bytes = segments.stream().mapToLong(Segment::sizeBytes).sum();
        int count = bytes < SHARED_FROM_BYTES ? 1 : Runtime.getRuntime().availableProcessors();
        AtomicInteger next = new AtomicInteger();
        IntStream each = IntStream.range(0, count);
        List<Part<W>> parts = (count == 1 ? each : each.parallel())
                .mapToObj(any -> worked(workers.get(), segments, next))
                .toList();
        for (Part<W> part : parts) {
            part.requireDone();
        }
        return parts.stream().map(Part::worker).toList();
    }

    /** What one thread did. A stream that throws does not wait for its other threads, so a failure is a result. */
    private record Part<W extends Worker>(
            W worker, @Nullable Throwable failure) {

        void requireDone() throws SpoolException {
            if (failure instanceof SpoolException thrown) {
                throw thrown;
            } else if (failure instanceof RuntimeException thrown) {
                throw thrown;
            } else if (failure instanceof Error thrown) {
                throw thrown;
            }
        }
    }

    private static <W extends Worker> Part<W> worked(W worker, List<Segment> segments, AtomicInteger next) {
        try {
            for (int at = next.getAndIncrement(); at < segments.size(); at = next.getAndIncrement()) {
                worker.take(segments.get(at));
            }
            worker.finish();
            return new Part<>(worker, null);
        } catch (SpoolException | RuntimeException | Error e) {
            next.set(segments.size());
            return new Part<>(worker, e);
        }
    }
}
