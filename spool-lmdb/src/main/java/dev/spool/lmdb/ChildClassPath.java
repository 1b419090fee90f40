package dev.spool.lmdb;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.Set;

/** Where a child of this process finds the classes of a check: where this process has them, however it was started. */
final class ChildClassPath {

    private static final Class<?>[] NEEDED = {
        CheckProcess.class,
        dev.spool.SpoolProvider.class,
        dev.spool.engine.spi.Backend.class,
        org.lmdbjava.Env.class,
        jnr.ffi.Runtime.class
    };

    private ChildClassPath() {}

    static String get() {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> needed : NEEDED) {
            CodeSource source = needed.getProtectionDomain().getCodeSource();
            URL location = source == null ? null : source.getLocation();
            if (location != null && location.getProtocol().equals("file")) {
                try {
                    places.add(Path.of(location.toURI()).toString());
                } catch (URISyntaxException e) {
                    throw new IllegalStateException("a class loader gave " + location, e);
                }
            }
        }
        places.add(System.getProperty("java.class.path", ""));
        places.add(System.getProperty("jdk.module.path", ""));
        places.remove("");
        return String.join(File.pathSeparator, places);
    }
}
