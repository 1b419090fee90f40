package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path temp;

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Journal journal = new Journal(temp.resolve("j"));
        assertThat(journal.read()).isEmpty();
        ProcessId first = new ProcessId(4711, 1_700_000_000_000L);
        ProcessId second = new ProcessId(4712, 0);
        for (Journal.Entry entry : new Journal.Entry[] {
            new Journal.Entry(null, false, null, null),
            new Journal.Entry(null, false, first, null),
            new Journal.Entry(UUID.randomUUID(), false, first, second),
            new Journal.Entry(UUID.randomUUID(), true, null, second)
        }) {
            journal.write(entry);
            assertThat(journal.read()).contains(entry);
        }
        journal.delete();
        assertThat(journal.read()).isEmpty();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void aDamagedJournalIsRefusedAndNotTakenForNone() throws IOException {
        Path path = temp.resolve("j");
        Journal journal = new Journal(path);
        journal.write(new Journal.Entry(UUID.randomUUID(), true, new ProcessId(4711, 1), new ProcessId(4712, 2)));
        String text = Files.readString(path);
        for (int i = 0; i < text.length(); i++) {
            Files.writeString(path, text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1));
            assertThatThrownBy(journal::read).as("character %s", i).isInstanceOf(IOException.class);
            Files.writeString(path, text.substring(0, i));
            if (i < text.length() - 1) {
                assertThatThrownBy(journal::read).as("cut to %s", i).isInstanceOf(IOException.class);
            }
        }
    }
}
