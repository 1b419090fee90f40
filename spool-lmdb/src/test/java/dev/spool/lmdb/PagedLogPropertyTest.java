package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.engine.io.SystemDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Reading a file page by page finds what LMDB finds in it, whatever was put there and taken away again. */
class PagedLogPropertyTest {

    @Property(tries = 60)
    void everyTreeIsReadAsLmdbReadsIt(
            @ForAll long seed,
            @ForAll @IntRange(max = 600) int puts,
            @ForAll @IntRange(min = 1, max = 9000) int bytesMax)
            throws Exception {
        Path directory = Files.createTempDirectory("paged-log");
        Path file = directory.resolve("trees.mdb");
        SplittableRandom random = new SplittableRandom(seed);
        Map<Tree, Map<String, String>> expected = new LinkedHashMap<>();
        Environment environment = Environment.open(file, 64L << 20, Environment.Use.WRITE);
        try {
            fill(environment, random, puts, bytesMax);
            try (Transaction transaction = environment.beginRead()) {
                for (Tree tree : Tree.values()) {
                    expected.put(tree, entries(java.util.Objects.requireNonNull(transaction), tree));
                }
            }
        } finally {
            environment.close();
        }
        try (PagedLog log = PagedLog.open(SystemDisk.INSTANCE, file)) {
            List<String> damage = new ArrayList<>();
            PageUses uses = new PageUses();
            log.walkFree(uses, e -> damage.add(e.getMessage()));
            for (Tree tree : Tree.values()) {
                Map<String, String> found = new LinkedHashMap<>();
                log.walk(tree, uses, e -> damage.add(e.getMessage()), (key, value) -> {
                    found.put(hex(key), hex(value.read()));
                    assertThat(log.get(tree, key)).isEqualTo(value.read());
                    byte[] next = Keys.after(key);
                    byte[] behind = log.get(tree, next);
                    assertThat(behind == null ? null : hex(behind))
                            .isEqualTo(expected.get(tree).get(hex(next)));
                });
                assertThat(found).isEqualTo(expected.get(tree));
            }
            assertThat(damage).isEmpty();
        }
        for (Path each : SystemDisk.INSTANCE.list(directory)) {
            Files.delete(each);
        }
        Files.delete(directory);
    }

    private static void fill(Environment environment, SplittableRandom random, int puts, int bytesMax)
            throws Exception {
        List<byte[]> keys = new ArrayList<>();
        int done = 0;
        while (done < puts) {
            try (Transaction transaction = environment.beginWrite()) {
                for (int i = random.nextInt(1, 40); i > 0; i--) {
                    byte[] key = new byte[random.nextInt(1, 40)];
                    random.nextBytes(key);
                    byte[] value = new byte[random.nextInt(bytesMax)];
                    random.nextBytes(value);
                    transaction.put(Tree.values()[random.nextInt(2)], key, value);
                    keys.add(key);
                    done++;
                    if (random.nextInt(3) == 0) {
                        byte[] gone = keys.get(random.nextInt(keys.size()));
                        for (Tree tree : Tree.values()) {
                            transaction.delete(tree, gone);
                        }
                    }
                }
                transaction.commit();
            }
        }
    }

    private static Map<String, String> entries(Transaction transaction, Tree tree) throws Exception {
        Map<String, String> entries = new LinkedHashMap<>();
        try (TreeCursor cursor = transaction.walk(tree)) {
            for (boolean found = cursor.seek(new byte[0]); found; found = cursor.next()) {
                entries.put(hex(cursor.key()), hex(cursor.value()));
            }
        }
        return entries;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
