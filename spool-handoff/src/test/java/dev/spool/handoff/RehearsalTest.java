package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.LookAhead;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
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
    void aRehearsedHandoffHandsASpoolOver() throws Exception {
        SpoolProvider provider = SpoolProvider.named("file");
        Path directory = temp.resolve("spool");
        SpoolId id = SpoolId.next();
        try (Spool first = provider.open(directory, SpoolOptions.DEFAULTS)) {
            first.blocking().store(id, Message.of(new byte[10]));
            LookAhead ahead = provider.lookAhead(directory, SpoolOptions.DEFAULTS);
            try (RehearsedHandoff handoff = new RehearsedHandoff(temp.resolve("s"));
                    Spool second = handoff.of(first, ahead::takeOver)) {
                assertThat(second.blocking().load(id)).isPresent();
                assertThat(first.drainable().isOvertaken()).isTrue();
            }
        }
    }

    @Test
    void aRehearsalThatFailsEndsAndSaysWhy() throws Exception {
        SpoolProvider provider = SpoolProvider.named("file");
        try (Spool first = provider.open(temp.resolve("spool"), SpoolOptions.DEFAULTS);
                RehearsedHandoff handoff = new RehearsedHandoff(temp.resolve("s"))) {
            assertThatThrownBy(() -> handoff.of(first, () -> {
                        throw new SpoolIoException("no disk");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no disk");
        }
    }
}
