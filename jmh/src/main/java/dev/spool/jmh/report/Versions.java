package dev.spool.jmh.report;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions of libraries, from the names of their jars. */
final class Versions {

    private static final Pattern VERSION = Pattern.compile("-(\\d[\\w.-]*)\\.jar$");

    private Versions() {}

    static String of(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        try {
            Matcher name = VERSION.matcher(Path.of(source.getLocation().toURI()).toString());
            return name.find() ? name.group(1) : "(of unknown version)";
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
