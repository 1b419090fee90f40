package dev.spool.file;

import dev.spool.Fingerprint;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.SealedLog;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What a sealed log adds to the fingerprint: for each living segment, by life, the digest of its footer, or where it has none (a
 * cut one, or a damaged footer) of its entry in the catalogue.
 */
final class SealedPieces {

    private SealedPieces() {}

    static SealedLog of(int log, Collection<Segment> living, Head head) {
        List<Fingerprint> pieces = living.stream()
                .filter(segment -> segment.listed() && !segment.retired() && !segment.stillborn())
                .sorted(Comparator.comparingLong(Segment::life))
                .map(SealedPieces::digest)
                .toList();
        return new SealedLog(log, head.revision(), Fingerprint.of(head.digest()), pieces);
    }

    private static Fingerprint digest(Segment segment) {
        Footer footer = segment.footer();
        if (footer != null) {
            return footer.digest();
        }
        try {
            return Fingerprint.of(MessageDigest.getInstance("SHA-256")
                    .digest(segment.living().encode().array()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
