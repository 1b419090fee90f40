package dev.spool.testkit.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Every file of a directory with a digest of its bytes and the time of its last change, so that a write of a single byte shows.
 *
 * <p>Files that are ignored are not opened either.
 *
 * <p>Not for the directory of a spool that this JVM has open: reading the lock file would drop its POSIX lock.
 */
final class DirectoryDigest {

    private DirectoryDigest() {}

    static Map<String, String> of(Path directory, Predicate<Path> ignored)
            throws IOException, NoSuchAlgorithmException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(ignored.negate()).toList()) {
                String name = directory.relativize(path).toString();
                String modified = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .toString();
                digests.put(name, modified + " " + (Files.isDirectory(path) ? "directory" : sha256(path)));
            }
        }
        return digests;
    }

    private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
