package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.testkit.process.JavaExample;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java in the README compiles, and does what the README says. */
class ReadmeExampleTest {

    @TempDir
    Path directory;

    @Test
    void acceptsMailAsTheReadmeSays() throws Exception {
        try (URLClassLoader loader = compiled()) {
            Class<?> receiver = loader.loadClass("Receiver");
            Method accept = receiver.getMethod("accept", SpoolId.class, byte[].class, byte[].class);
            Method greet = receiver.getMethod("greet");
            Object example = receiver.getMethod("open", Path.class).invoke(null, directory.resolve("spool"));
            byte[] mail = {'h', 'i', '\n'};
            SpoolId id = SpoolId.next();
            try (Spool spool = (Spool) receiver.getMethod("spool").invoke(example)) {
                assertThat(greet.invoke(example)).isEqualTo("220 ready");
                assertThat(accept.invoke(example, id, mail, new byte[] {1})).isEqualTo("250 stored as " + id);
                assertThat(spool.blocking().load(id).orElseThrow().bodyToArray())
                        .isEqualTo(mail);
                spool.drainable().seal();
                assertThat(accept.invoke(example, id, mail, mail)).isEqualTo("421 shutting down");
                assertThat(greet.invoke(example)).isEqualTo("421 spool is shutting down");
            }
        }
    }

    private URLClassLoader compiled() throws Exception {
        JavaExample.of("README.md").compile("Receiver", directory);
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }
}
