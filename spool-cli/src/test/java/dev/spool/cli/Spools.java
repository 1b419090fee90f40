package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The spools of one backend that tests of commands work on. */
final class Spools {

    /** A text that stands nowhere else, long enough for every backend to keep it apart from what it knows of the message. */
    static final String DISTINCTIVE = "the distinctive one" + ".".repeat(2000);

    private final String backend;

    Spools(String backend) {
        this.backend = backend;
    }

    /** The backend's name. */
    String backend() {
        return backend;
    }

    Spool open(Path directory) throws IOException {
        return SpoolProvider.named(backend).open(directory, SpoolOptions.DEFAULTS);
    }

    /** Stores messages and closes the spool; returns their ids in the order of the texts. */
    List<SpoolId> store(Path directory, String... texts) throws IOException {
        try (Spool spool = open(directory)) {
            List<SpoolId> ids =
                    Stream.generate(SpoolId::next).limit(texts.length).toList();
            for (int i = 0; i < texts.length; i++) {
                spool.blocking().store(ids.get(i), message(texts[i]));
            }
            return ids;
        }
    }

    static Message message(String text) {
        return Message.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Flips one bit in every place of the spool's files where the text stands. */
    static void damage(Path directory, String text) throws IOException {
        int damaged = 0;
        for (Path file : files(directory)) {
            byte[] bytes = Files.readAllBytes(file);
            String content = new String(bytes, StandardCharsets.ISO_8859_1);
            for (int at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) {
                bytes[at] ^= 1;
                damaged++;
            }
            Files.write(file, bytes);
        }
        assertThat(damaged).describedAs("places where '%s' stands", text).isPositive();
    }

    /**
     * All files under the directory with their content, to see that a command changed none; but for LMDB's table of readers, in
     * which they write themselves down.
     */
    static Map<String, byte[]> snapshot(Path directory) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (Path file : files(directory)) {
            if (file.toString().endsWith(".mdb-lock")) {
                continue;
            }
            files.put(directory.relativize(file).toString(), Files.readAllBytes(file));
        }
        return files;
    }

    static void assertUnchanged(Path directory, Map<String, byte[]> before) throws IOException {
        Map<String, byte[]> after = snapshot(directory);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        before.forEach(
                (name, bytes) -> assertThat(after.get(name)).describedAs(name).isEqualTo(bytes));
    }

    @Override
    public String toString() {
        return backend;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile).collect(Collectors.toList());
        }
    }
}
