package dev.spool.torture;

import dev.spool.testkit.process.ClassPath;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.function.LongFunction;

/**
 * The whole class path loaded once more, behind classes that are broken. Children that are started from within load the same. What
 * goes in and out is of types of the platform, which alone it shares with its surroundings.
 */
final class World implements AutoCloseable {

    private final URLClassLoader loader;

    /** @param place a directory for the broken classes, not there yet */
    World(CodeChange change, Path place) throws IOException {
        change.writeTo(place);
        URL[] behind = ClassPath.urls();
        URL[] urls = new URL[behind.length + 1];
        urls[0] = place.toUri().toURL();
        System.arraycopy(behind, 0, urls, 1, behind.length);
        loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
        loader.setDefaultAssertionStatus(
                false); // as users run it: assertions are not to find what the method is to find
    }

    /** What the method finds in one case; null if nothing. The method is made anew within. */
    String findings(Class<? extends LongFunction<String>> method, long number) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            Object made =
                    loader.loadClass(method.getName()).getDeclaredConstructor().newInstance();
            @SuppressWarnings("unchecked") // it is the same class, from another loader
            LongFunction<String> within = (LongFunction<String>) made;
            return within.apply(number);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
