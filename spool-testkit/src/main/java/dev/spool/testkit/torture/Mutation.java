package dev.spool.testkit.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One damage to the files of a spool, drawn by chance: what kind of file, then which, then what is done to it, and where. */
final class Mutation {

    static final int BLOCK = 4096;

    private final SplittableRandom random;
    private final RotSpool spool;
    private final RotSpool other;
    private Kind kind = Kind.FLIP_BIT;
    private String text = "";
    private boolean logReplaced;

    /** What is done. */
    enum Kind {
        FLIP_BIT,
        FLIP_BIT_OF_RECORD,
        ZERO_BLOCK,
        DUPLICATE_BLOCK,
        SWAP_BLOCKS,
        GARBAGE,
        TRUNCATE,
        EARLIER_FILE,
        DELETE_FILE,
        FILE_OF_ANOTHER_SPOOL
    }

    /**
     * @param spool what is damaged
     * @param other where files of another spool come from
     */
    Mutation(SplittableRandom random, RotSpool spool, RotSpool other) {
        this.random = random;
        this.spool = spool;
        this.other = other;
    }

    /** Damages a copy of the spool; false if the draw does not apply to what is there. */
    boolean apply(Path directory) throws IOException {
        kind = drawn(List.of(Kind.values()));
        Map<String, List<Path>> kinds = files(directory);
        List<String> names = new ArrayList<>(kinds.keySet());
        String name = drawn(names);
        List<Path> candidates = kinds.getOrDefault(name, List.of());
        Path file = drawn(candidates);
        text = kind + " of " + directory.relativize(file);
        byte[] content = Files.readAllBytes(file);
        logReplaced = replacesFiles() && file.toString().endsWith(".mdb");
        return switch (kind) {
            case FLIP_BIT_OF_RECORD -> flipRecord(directory, kinds);
            case EARLIER_FILE -> replace(file, spool.earlier().resolve(directory.relativize(file)));
            case FILE_OF_ANOTHER_SPOOL -> replaceByOther(directory, file, name);
            case DELETE_FILE -> {
                Files.delete(file);
                yield true;
            }
            case TRUNCATE -> content.length > 0 && write(file, java.util.Arrays.copyOf(content, position(content)));
            default -> content.length > 0 && damage(file, content);
        };
    }

    private boolean replacesFiles() {
        return kind == Kind.EARLIER_FILE || kind == Kind.FILE_OF_ANOTHER_SPOOL;
    }

    /** Whether it put another file in the place of one that is a log as a whole, as an LMDB file is: so something is lost. */
    boolean replacesLog() {
        return logReplaced;
    }

    /** Whether it damaged no more than one block, and left the names of files alone. */
    boolean isSmall() {
        return switch (kind) {
            case FLIP_BIT, FLIP_BIT_OF_RECORD, ZERO_BLOCK, DUPLICATE_BLOCK -> true;
            case SWAP_BLOCKS, GARBAGE, TRUNCATE, EARLIER_FILE, DELETE_FILE, FILE_OF_ANOTHER_SPOOL -> false;
        };
    }

    /** What was done, for the message of a failure. */
    @Override
    public String toString() {
        return text;
    }

    private boolean damage(Path file, byte[] content) throws IOException {
        int at = position(content);
        int block = at / BLOCK * BLOCK;
        int second = position(content) / BLOCK * BLOCK;
        text += " at " + at + (kind == Kind.DUPLICATE_BLOCK || kind == Kind.SWAP_BLOCKS ? " and " + second : "");
        byte[] before = content.clone();
        switch (kind) {
            case FLIP_BIT -> content[at] ^= (byte) (1 << random.nextInt(8));
            case ZERO_BLOCK -> java.util.Arrays.fill(content, block, Math.min(content.length, block + BLOCK), (byte) 0);
            case GARBAGE -> {
                // Over two blocks it may take the last batch and the proof of it both; see docs/reliability.md.
                int length = Math.min(Math.min(content.length, block + BLOCK) - at, 1 + random.nextInt(BLOCK));
                for (int i = at; i < at + length; i++) {
                    content[i] = (byte) random.nextInt();
                }
            }
            default -> {
                int length = Math.min(BLOCK, content.length - Math.max(block, second));
                System.arraycopy(before, block, content, second, length);
                if (kind == Kind.SWAP_BLOCKS) {
                    System.arraycopy(before, second, content, block, length);
                }
            }
        }
        return !java.util.Arrays.equals(before, content) && write(file, content);
    }

    /** A bit in, or shortly before, the bytes of a record that is live, was replaced, or was removed. */
    private boolean flipRecord(Path directory, Map<String, List<Path>> kinds) throws IOException {
        RotSpool.Life life = drawn(List.of(RotSpool.Life.values()));
        List<byte[]> bodies = spool.bodies(life);
        if (bodies.isEmpty()) {
            return false;
        }
        byte[] body = drawn(bodies);
        for (List<Path> files : kinds.values()) {
            for (Path file : files) {
                byte[] content = Files.readAllBytes(file);
                int found = indexOf(content, body);
                if (found >= 0) {
                    int from = Math.max(0, found - 160);
                    int at = from + random.nextInt(Math.min(content.length, found + body.length) - from);
                    content[at] ^= (byte) (1 << random.nextInt(8));
                    text = Kind.FLIP_BIT_OF_RECORD + ", " + life + ", of " + directory.relativize(file) + " at " + at;
                    return write(file, content);
                }
            }
        }
        return false;
    }

    private static int indexOf(byte[] content, byte[] body) {
        int probe = Math.min(32, body.length);
        for (int at = 0; at + probe <= content.length; at++) {
            if (content[at] == body[0] && java.util.Arrays.equals(content, at, at + probe, body, 0, probe)) {
                return at;
            }
        }
        return -1;
    }

    private boolean replace(Path file, Path source) throws IOException {
        if (!Files.exists(source)) {
            return false;
        }
        byte[] content = Files.readAllBytes(source);
        return Files.mismatch(file, source) >= 0 && write(file, content);
    }

    private boolean replaceByOther(Path directory, Path file, String kind) throws IOException {
        Path same = other.left().resolve(directory.relativize(file));
        if (Files.exists(same)) {
            return replace(file, same);
        }
        List<Path> alike = files(other.left()).getOrDefault(kind, List.of());
        return !alike.isEmpty() && replace(file, drawn(alike));
    }

    private <T> T drawn(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static boolean write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        return true;
    }

    /** Three times of four where the file holds something, else anywhere. */
    private int position(byte[] content) {
        for (int i = 0; i < 200; i++) {
            int at = random.nextInt(content.length);
            if (content[at] != 0 || random.nextInt(60) == 0) {
                return at;
            }
        }
        return random.nextInt(content.length);
    }

    /**
     * The files below a directory by kind: names without their digits. Of several of a kind the one that was written last, which may
     * hold what nothing else tells of, is a kind by itself. Empty ones can only be replaced or deleted.
     */
    static Map<String, List<Path>> files(Path directory) throws IOException {
        Map<String, List<Path>> kinds;
        try (Stream<Path> all = Files.walk(directory)) {
            kinds = all.filter(Files::isRegularFile)
                    .sorted()
                    .collect(Collectors.groupingBy(
                            file -> String.valueOf(file.getFileName()).replaceAll("[0-9]+", "N"),
                            TreeMap::new,
                            Collectors.toCollection(ArrayList::new)));
        }
        for (String name : List.copyOf(kinds.keySet())) {
            List<Path> files = kinds.getOrDefault(name, List.of());
            if (files.size() > 1) {
                Path newest = newest(files);
                files.remove(newest);
                kinds.put(name + ", the newest", List.of(newest));
            }
        }
        return kinds;
    }

    private static Path newest(List<Path> files) throws IOException {
        Path newest = files.get(0);
        for (Path file : files) {
            boolean newer = Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(newest)) > 0;
            newest = newer ? file : newest;
        }
        return newest;
    }
}
