package dev.spool.relay;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A spool whose stores and removals end as a test says, and which is as healthy as a test says; in all else the real one. */
public final class SpoolWithFaults implements InvocationHandler {

    private final Spool real;
    /** What the next stores return in place of the real outcome; null: that. */
    public final AtomicReference<Supplier<CompletableFuture<Void>>> stores = new AtomicReference<>();
    /** What the next store that worked is said to have ended with, once. */
    public final AtomicReference<SpoolException> afterStore = new AtomicReference<>();
    /** What the next blocking removal throws, once. */
    public final AtomicReference<SpoolException> removal = new AtomicReference<>();
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
            case "blocking" -> {
                return proxy(method.getReturnType(), this::blocking);
            }
            default -> {
                return pass(real, method, arguments);
            }
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
        SpoolException failure = method.getName().equals("remove") ? removal.getAndSet(null) : null;
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
