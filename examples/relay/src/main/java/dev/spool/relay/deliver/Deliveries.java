package dev.spool.relay.deliver;

import dev.spool.EnumerateOptions;
import dev.spool.ScanReport;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.SpoolScan;
import dev.spool.relay.envelope.Envelope;
import dev.spool.relay.envelope.EnvelopeFormat;
import dev.spool.relay.envelope.MalformedEnvelopeException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The deliveries of a spool: what it held at the start, and what is added since. Threads of their own; safe for any thread. */
public final class Deliveries {

    private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());

    /**
     * How to deliver.
     *
     * @param downstream where to
     * @param hostName how the relay calls itself
     * @param timeout longest wait for a reply
     * @param workers how many deliveries at a time
     */
    public record Route(InetSocketAddress downstream, String hostName, Duration timeout, int workers) {}

    private final Spool spool;
    private final Schedule schedule;
    private final Deliverer deliverer;
    private final RetryTimes retries;
    private final InstantSource clock;
    private final List<Downstream> connections = new ArrayList<>();

    public Deliveries(Spool spool, Route route, RetryTimes retries, Undeliverable undeliverable, InstantSource clock) {
        this.spool = spool;
        this.retries = retries;
        this.clock = clock;
        this.schedule = new Schedule(clock);
        this.deliverer = new Deliverer(spool, retries, undeliverable, clock);
        for (int i = 0; i < route.workers(); i++) {
            connections.add(new Downstream(route.downstream(), route.hostName(), route.timeout()));
        }
    }

    /** Begins to deliver, and to look through what the spool holds since before it was opened. */
    public void start() {
        for (Downstream connection : connections) {
            thread("deliver", () -> work(connection));
        }
        thread("resume", this::resumeStored);
    }

    private static void thread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void work(Downstream connection) {
        try (connection) {
            for (SpoolId id = schedule.take(); id != null; id = schedule.take()) {
                handle(id, connection);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever goes wrong: the message stays in the schedule, and the worker goes on with the next. */
    private void handle(SpoolId id, Downstream connection) {
        Optional<Instant> again = Optional.of(clock.instant().plus(retries.first()));
        try {
            again = deliverer.handle(id, connection);
        } catch (Throwable e) {
            LOG.log(Level.ERROR, id + " is looked at again in " + retries.first(), e);
            connection.close(); // in the middle of who knows what
        } finally {
            again.ifPresent(due -> schedule.add(id, due));
            schedule.done();
        }
    }

    /**
     * Looks through what the spool held at the open, until all of it has been seen. A part that cannot be read now may be readable later.
     * Holds the ids that it has seen until then, so as to schedule none twice.
     */
    private void resumeStored() {
        Set<SpoolId> seen = new HashSet<>();
        Duration pause = retries.first();
        try {
            while (!scan(seen) && schedule.pass(pause)) {
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(retries.longest()) < 0 ? doubled : retries.longest();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Messages stored since the open come by {@link #add}; so the scan leaves them out, and nothing is delivered twice. It stands still
     * during a handoff: the successor reads the same files, and clients wait for it.
     *
     * @return whether there is nothing more to find
     */
    private boolean scan(Set<SpoolId> seen) throws InterruptedException {
        try (SpoolScan scan = spool.enumerate(EnumerateOptions.ALL.withPresentAtOpenOnly())) {
            while (schedule.awaitResumed() && scan.hasNext()) {
                SpoolEntry entry = scan.next();
                if (entry instanceof SpoolEntry.Item item) {
                    if (seen.add(item.id())) {
                        schedule.add(item.id(), due(item));
                    }
                } else if (entry instanceof SpoolEntry.Corrupt corrupt) {
                    LOG.log(Level.ERROR, "damage in the spool, at {0}: {1}", corrupt.where(), corrupt.why());
                }
            }
            ScanReport report = scan.report();
            if (report.complete() || !schedule.awaitResumed()) {
                LOG.log(Level.INFO, "{0} messages were in the spool at the start; the scan: {1}", seen.size(), report);
                return true;
            }
            LOG.log(
                    Level.ERROR,
                    "some messages may be left undelivered: the scan of the spool ended incomplete after {0} ({1}), and is made again;"
                            + " spool fsck tells more",
                    seen.size(),
                    report.whyNot());
        } catch (IllegalStateException e) {
            LOG.log(Level.INFO, "the spool was closed before it had been looked through", e);
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(
                    Level.ERROR,
                    "the scan of the spool failed after " + seen.size() + " messages, and is made again",
                    e);
        }
        return false;
    }

    private static Instant due(SpoolEntry.Item item) {
        try {
            return EnvelopeFormat.read(item.envelope()).due();
        } catch (MalformedEnvelopeException e) {
            return Instant.EPOCH; // to be put aside at once
        }
    }

    /** Delivers a message that was just stored. */
    public void add(SpoolId id, Envelope envelope) {
        schedule.add(id, envelope.due());
    }

    /** Begins no further delivery; those under way go on. */
    public void hold() {
        schedule.pause();
    }

    /** Goes on after {@link #hold}. */
    public void release() {
        schedule.resume();
    }

    /**
     * Waits until no delivery is under way. Past {@code grace} those are broken off that have not come to the final dot, which makes
     * them fail; past {@code deadline} the others are left alone, and may deliver what the spool is not told of any more.
     *
     * @return whether none is under way
     */
    public boolean awaitIdle(Duration grace, Duration deadline) throws InterruptedException {
        if (schedule.awaitNoneTaken(grace)) {
            return true;
        }
        connections.forEach(Downstream::abandon);
        return schedule.awaitNoneTaken(deadline.minus(grace));
    }

    /** Ends for good. */
    public void finish() {
        schedule.finish();
    }

    /** How many messages wait for a delivery. */
    public int waiting() {
        return schedule.waiting();
    }
}
