package dev.spool.relay;

import dev.spool.EnumerateOptions;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolScan;
import dev.spool.StoreOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A spool whose stores, loads, scans and removals end as a test says, and which is as healthy as a test says; in all else the real one. */
public final class SpoolWithFaults implements InvocationHandler {

    private final Spool real;
    /** What the next stores return in place of the real outcome; null: that. */
    public final AtomicReference<Supplier<CompletableFuture<Void>>> stores = new AtomicReference<>();
    /** What the next store that worked is said to have ended with, once. */
    public final AtomicReference<SpoolException> afterStore = new AtomicReference<>();
    /** What the next blocking removal throws, once. */
    public final AtomicReference<SpoolException> removal = new AtomicReference<>();
    /** What the next blocking load throws, once. */
    public final AtomicReference<Throwable> load = new AtomicReference<>();
    /** How many items the next scan returns before it ends incomplete, once; null: all. */
    public final AtomicReference<Integer> scanned = new AtomicReference<>();
    /** How many scans were closed. */
    public final AtomicInteger scansEnded = new AtomicInteger();
    /** Why it is unhealthy; null: it is not. */
    public final AtomicReference<Health.Cause> cause = new AtomicReference<>();

    public SpoolWithFaults(Spool real) {
        this.real = real;
    }

    public Spool spool() {
        return proxy(Spool.class, this);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        Health.Cause why = cause.get();
        switch (method.getName()) {
            case "store" -> {
                Supplier<CompletableFuture<Void>> outcome = stores.get();
                return outcome == null ? store(arguments) : outcome.get();
            }
            case "unhealthyReason" -> {
                return why == null ? null : why.publicText().orElse(null);
            }
            case "health" -> {
                return why == null
                        ? real.health()
                        : new Health(Health.State.UNHEALTHY, why, Instant.now(), "as the test says", 0);
            }
            case "enumerate" -> {
                Integer items = scanned.getAndSet(null);
                SpoolScan scan = real.enumerate((EnumerateOptions) arguments[0]);
                return new CutScan(scan, items);
            }
            case "blocking" -> {
                return proxy(method.getReturnType(), this::blocking);
            }
            default -> {
                return pass(real, method, arguments);
            }
        }
    }

    /** Ends incomplete after some items, if there is a number. */
    private final class CutScan implements SpoolScan {

        private final SpoolScan whole;
        private final Integer items;
        private int returned;

        CutScan(SpoolScan whole, Integer items) {
            this.whole = whole;
            this.items = items;
        }

        @Override
        public boolean hasNext() {
            return (items == null || returned < items) && whole.hasNext();
        }

        @Override
        public SpoolEntry next() {
            returned++;
            return whole.next();
        }

        @Override
        public ScanReport report() {
            ScanReport report = whole.report();
            return items == null ? report : new ScanReport(report.items(), report.corrupt(), false, "as the test says");
        }

        @Override
        public void close() {
            whole.close();
            scansEnded.incrementAndGet();
        }
    }

    private CompletableFuture<Void> store(Object[] arguments) {
        SpoolException failure = afterStore.getAndSet(null);
        return real.store((SpoolId) arguments[0], (Message) arguments[1], (StoreOptions) arguments[2])
                .thenCompose(done -> failure == null
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private Object blocking(Object proxy, Method method, Object[] arguments) throws Throwable {
        Throwable failure = switch (method.getName()) {
            case "remove" -> removal.getAndSet(null);
            case "load" -> load.getAndSet(null);
            default -> null;
        };
        if (failure != null) {
            throw failure;
        }
        return pass(real.blocking(), method, arguments);
    }

    private static Object pass(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
