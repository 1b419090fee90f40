package dev.spool.testkit.process;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that this JVM loads classes from, class path and module path alike. */
public final class ClassPath {

    /** As an argument of {@code -cp}. */
    public static final String OF_THIS_JVM = Stream.of("java.class.path", "jdk.module.path")
            .map(System::getProperty)
            .filter(path -> path != null && !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));

    private ClassPath() {}

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
