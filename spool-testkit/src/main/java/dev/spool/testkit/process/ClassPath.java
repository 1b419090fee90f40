package dev.spool.testkit.process;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that this class and those beside it are loaded from: class path and module path alike, or what a class loader of their
 * own was given. So a child runs the same code as whoever starts it.
 */
public final class ClassPath {

    /** As an argument of {@code -cp}. */
    public static final String OF_THIS_JVM =
            ClassPath.class.getClassLoader() instanceof URLClassLoader own ? of(own) : ofTheJvm();

    private ClassPath() {}

    private static String of(URLClassLoader own) {
        return Stream.of(own.getURLs())
                .map(url -> Path.of(URI.create(url.toString())).toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String ofTheJvm() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(System::getProperty)
                .filter(path -> path != null && !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** As the URLs of a class loader. */
    public static URL[] urls() {
        List<URL> urls = new ArrayList<>();
        for (String entry : OF_THIS_JVM.split(File.pathSeparator, -1)) {
            try {
                urls.add(Path.of(entry).toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalStateException("not an entry of a class path: " + entry, e);
            }
        }
        return urls.toArray(URL[]::new);
    }
}
