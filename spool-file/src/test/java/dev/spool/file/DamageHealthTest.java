package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health tells of damage however it was met, each message once, and the spool goes on. */
class DamageHealthTest {

    private static final byte[] BODY = filled((byte) 'x');

    @TempDir
    Path directory;

    private final SpoolId damaged = SpoolId.next();
    private final SpoolId sound = SpoolId.next();

    @BeforeEach
    void damageABody() throws Exception {
        try (Spool spool = open()) {
            spool.blocking().store(damaged, Message.of(ByteBuffer.wrap(BODY)));
            spool.blocking().store(sound, Message.of(ByteBuffer.wrap(filled((byte) 'y'))));
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".seg")).toList()) {
                flipIn(file);
            }
        }
    }

    @Test
    void ofALoad() throws Exception {
        try (Spool spool = open()) {
            assertThat(spool.health().state()).isEqualTo(Health.State.HEALTHY);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> spool.blocking().load(damaged)).isInstanceOf(SpoolCorruptException.class);
            }
            assertDegraded(spool);
            assertThat(spool.blocking().load(sound)).isPresent();
            spool.blocking().store(SpoolId.next(), Message.of(ByteBuffer.wrap(BODY)));
        }
    }

    @Test
    void ofAReaderToo() throws Exception {
        try (SpoolReader reader = new FileSpoolProvider().openReadOnly(directory, SpoolOptions.DEFAULTS)) {
            try (SpoolScan scan = reader.enumerate()) {
                while (scan.hasNext()) {
                    if (scan.next() instanceof SpoolEntry.Item item) {
                        loadOf(reader, item.id());
                    }
                }
            }
            assertDegraded(reader);
        }
    }

    private static void loadOf(SpoolReader reader, SpoolId id) {
        reader.load(id).handle((found, failure) -> found).join();
    }

    private void assertDegraded(SpoolReader spool) {
        assertThat(spool.health().state()).isEqualTo(Health.State.DEGRADED);
        assertThat(spool.health().corruptMessages()).isEqualTo(1);
        assertThat(spool.health().detail()).contains(damaged.toString()).contains("spool-fsck");
        assertThat(spool.unhealthyReason()).isNull();
    }

    private Spool open() throws Exception {
        return new FileSpoolProvider().open(directory, SpoolOptions.DEFAULTS);
    }

    private static byte[] filled(byte value) {
        byte[] bytes = new byte[5000];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private static void flipIn(Path file) throws Exception {
        try (RandomAccessFile io = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] bytes = new byte[(int) io.length()];
            io.readFully(bytes);
            for (int at = 0; at + 100 < bytes.length; at++) {
                if (List.of(bytes[at], bytes[at + 50], bytes[at + 99]).stream().allMatch(b -> b == 'x')) {
                    io.seek(at + 50L);
                    io.write('z');
                    return;
                }
            }
        }
    }
}
