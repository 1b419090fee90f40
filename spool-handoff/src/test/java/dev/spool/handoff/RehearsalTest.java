package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rehearsal goes through all that a takeover does, and leaves nothing. */
class RehearsalTest {

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"file", "rocksdb", "lmdb"})
    void everythingIsPlayedAndNothingIsLeft(String backend) throws Exception {
        new Rehearsal(SpoolProvider.named(backend)).playIn(temp);
        try (Stream<Path> left = Files.list(temp)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void theFramesOfATakeoverAreSpoken() throws Exception {
        Rehearsal.speak(); // throws if one of them could not be read
    }
}
