package dev.spool.lmdb;

import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.io.SystemDisk;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The real disk, of which chosen operations fail with an {@link IOException}, before or after they were done. */
final class FailingDisk {

    private volatile BiPredicate<String, String> failing = (operation, path) -> false;
    private volatile boolean doneAllTheSame;

    /** @param condition given the name of the operation and its first argument; {@code read} and the file's path for reading one */
    void fail(BiPredicate<String, String> condition) {
        doneAllTheSame = false;
        failing = condition;
    }

    /** The operation is done, and fails all the same. */
    void failAfter(BiPredicate<String, String> condition) {
        doneAllTheSame = true;
        failing = condition;
    }

    void heal() {
        failing = (operation, path) -> false;
    }

    Disk disk() {
        return proxy(Disk.class, (proxy, method, arguments) -> {
            String first = arguments == null ? "" : String.valueOf(arguments[0]);
            boolean fails = failing.test(method.getName(), first);
            @Nullable Object result = null;
            if (!fails || doneAllTheSame) {
                result = call(SystemDisk.INSTANCE, method, arguments);
            }
            if (fails) {
                throw new IOException("injected: " + method.getName() + " " + first);
            }
            return result instanceof DiskFile file && method.getName().equals("openForReading")
                    ? reading(file)
                    : result;
        });
    }

    private DiskFile reading(DiskFile file) {
        return proxy(DiskFile.class, (proxy, method, arguments) -> {
            if (method.getName().equals("read")
                    && failing.test("read", file.path().toString())) {
                throw new IOException("injected: read " + file.path());
            }
            return call(file, method, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
