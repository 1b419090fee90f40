package dev.spool.testkit.process;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The first block of Java in a document of this repository: a class in no package, which a test compiles and runs. */
public final class JavaExample {

    private static final Pattern JAVA = Pattern.compile("^```java\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    private final String source;

    private JavaExample(String source) {
        this.source = source;
    }

    /**
     * The one in that document.
     *
     * @param document its path below the repository, in which the test runs
     * @throws AssertionError if there is none
     */
    public static JavaExample of(String document) throws IOException {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.exists(at.resolve(document))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new AssertionError("no " + document + " above " + Path.of("").toAbsolutePath());
        }
        Matcher block = JAVA.matcher(Files.readString(at.resolve(document)));
        if (!block.find()) {
            throw new AssertionError("no Java in " + at.resolve(document));
        }
        return new JavaExample(block.group(1));
    }

    /** With one more import, for a class that the document says is the reader's own. */
    public JavaExample importing(Class<?> type) {
        return new JavaExample("import " + type.getName() + ";\n" + source);
    }

    /**
     * Compiles it against this JVM's class path.
     *
     * @param name of the class that the block declares
     * @param directory for source and classes
     * @throws AssertionError with the compiler's words if it does not compile
     */
    public void compile(String name, Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve(name + ".java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter words = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", directory.toString(), "-cp", ClassPath.OF_THIS_JVM, "-proc:none", "--release", "17");
            if (!compiler.getTask(words, files, null, options, null, files.getJavaFileObjects(file))
                    .call()) {
                throw new AssertionError(words.toString());
            }
        }
    }
}
