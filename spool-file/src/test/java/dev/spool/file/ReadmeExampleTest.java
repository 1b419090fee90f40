package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.testkit.process.ClassPath;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java in the README compiles, and does what the README says. */
class ReadmeExampleTest {

    private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

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
        Path source = Files.writeString(directory.resolve("Receiver.java"), example());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", directory.toString(), "-cp", ClassPath.OF_THIS_JVM, "-proc:none", "--release", "17");
            boolean done = compiler.getTask(errors, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            assertThat(done).as(errors.toString()).isTrue();
        }
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
    }

    private static String example() throws Exception {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("README.md"))) {
            at = at.getParent();
        }
        Matcher block = JAVA.matcher(Files.readString(at.resolve("README.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }
}
