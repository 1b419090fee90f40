package dev.spool.lmdb;

import dev.spool.engine.io.Disk;
import dev.spool.engine.io.SystemDisk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The real disk, of which chosen operations fail with an {@link IOException}, before or after they were done. */
final class FailingDisk {

    private volatile BiPredicate<String, String> failing = (operation, path) -> false;
    private volatile boolean doneAllTheSame;

    /** @param condition given the name of the operation and its first argument */
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
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    String first = arguments == null ? "" : String.valueOf(arguments[0]);
                    boolean fails = failing.test(method.getName(), first);
                    @Nullable Object result = null;
                    if (!fails || doneAllTheSame) {
                        try {
                            result = method.invoke(SystemDisk.INSTANCE, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                    if (fails) {
                        throw new IOException("injected: " + method.getName() + " " + first);
                    }
                    return result;
                });
    }
}
