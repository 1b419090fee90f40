package dev.spool.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.SpoolId;
import dev.spool.engine.ledger.LedgerLine.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

    private static final SpoolId ID = SpoolId.parse("0123456789abcdef0123456789abcdef");
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final BodyDigest ABC_DIGEST = BodyDigest.of("abc".getBytes(StandardCharsets.US_ASCII));

    private Path path;

    @BeforeEach
    void namesAFile(@TempDir Path directory) {
        path = directory.resolve("acks");
    }

    @Test
    void writesLinesExactlyAsPublished() throws Exception {
        try (Ledger ledger = Ledger.append(path)) {
            ledger.storing(ID, ABC_DIGEST);
            ledger.stored(ID, ABC_DIGEST);
            ledger.removing(ID);
            ledger.removed(ID);
        }
        assertThat(path)
                .hasContent("s " + ID + " 3 " + ABC + "\nS " + ID + " 3 " + ABC + "\nr " + ID + "\nR " + ID + "\n");
    }

    @Test
    void aLineIsInTheFileWhenTheCallReturns() throws Exception {
        try (Ledger ledger = Ledger.append(path)) {
            ledger.removing(ID);
            assertThat(path).hasContent("r " + ID + "\n");
        }
    }

    @Test
    void readsBackWhatWasWritten() throws Exception {
        try (Ledger ledger = Ledger.append(path)) {
            ledger.storing(ID, ABC_DIGEST);
            ledger.removed(ID);
        }
        assertThat(read(path))
                .containsExactly(new LedgerLine(Step.STORING, ID, ABC_DIGEST), new LedgerLine(Step.REMOVED, ID, null));
    }

    @Test
    void addsToALedgerThatIsThereAndCutsOffItsTornLine() throws Exception {
        Files.writeString(path, "r " + ID + "\nS " + ID + " 3 ba78");
        try (Ledger ledger = Ledger.append(path)) {
            ledger.removed(ID);
        }
        assertThat(path).hasContent("r " + ID + "\nR " + ID + "\n");
    }

    @Test
    void doesNotCutAFileThatIsNoLedger() throws Exception {
        String text = "x".repeat(1000);
        Files.writeString(path, text);
        assertThatThrownBy(() -> Ledger.append(path)).isInstanceOf(IOException.class);
        assertThat(path).hasContent(text);
    }

    @Test
    void linesOfManyThreadsNeverInterleave() throws Exception {
        int threads = 8;
        int linesEach = 2_000;
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> writers = new ArrayList<>();
        try (Ledger ledger = Ledger.append(path)) {
            for (int t = 0; t < threads; t++) {
                long high = t;
                Thread writer = new Thread(() -> {
                    try {
                        start.await();
                        for (int i = 0; i < linesEach; i++) {
                            ledger.storing(new SpoolId(high, i), ABC_DIGEST);
                        }
                    } catch (IOException | InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
                writer.start();
                writers.add(writer);
            }
            start.countDown();
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(read(path)).hasSize(threads * linesEach).doesNotHaveDuplicates();
    }

    @Test
    void anInterruptedThreadDoesNotCloseTheLedgerForOthers() throws Exception {
        try (Ledger ledger = Ledger.append(path)) {
            Thread.currentThread().interrupt();
            ledger.removing(ID);
            assertThat(Thread.interrupted()).isTrue();
            ledger.removed(ID);
        }
        assertThat(read(path)).hasSize(2);
    }

    @Test
    void aLastLineWithoutLineFeedIsIgnored() throws Exception {
        assertThat(read("r " + ID + "\nR " + ID)).hasSize(1);
        assertThat(read("garbage")).isEmpty();
        assertThat(read("r " + ID + "\n" + "x".repeat(1_000_000))).hasSize(1);
        assertThat(read("")).isEmpty();
    }

    @Test
    void hexDigitsAreReadInAnyCase() throws Exception {
        assertThat(read("S " + ID.toString().toUpperCase() + " 3 " + ABC.toUpperCase() + "\n"))
                .containsExactly(new LedgerLine(Step.STORED, ID, ABC_DIGEST));
    }

    @Test
    void aMalformedLineIsAnErrorThatNamesItsNumber() {
        for (String line : List.of(
                "",
                "x " + ID,
                "r",
                "r " + ID + " ",
                "r " + ID + "\r",
                "R  " + ID.toString().substring(1),
                "s " + ID,
                "s " + ID + " 3",
                "s " + ID + "  " + ABC,
                "s " + ID + " -3 " + ABC,
                "s " + ID + " 3 " + ABC.replace('b', 'g'),
                "s " + ID + " 3 " + ABC + "0",
                "s " + ID + " 1234567890123456 " + ABC,
                "s " + ID + " 3 " + "x".repeat(1_000_000))) {
            assertThatThrownBy(() -> read("r " + ID + "\n" + line + "\n"))
                    .describedAs(line)
                    .isInstanceOfSatisfying(
                            LedgerFormatException.class,
                            e -> assertThat(e.lineNumber()).isEqualTo(2))
                    .hasMessageContaining("line 2");
        }
    }

    @Test
    void linesThatCrossTheReadersBufferAreWhole() throws Exception {
        int lines = 10_000;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append("S ")
                    .append(new SpoolId(0, i))
                    .append(' ')
                    .append(i)
                    .append(' ')
                    .append(ABC)
                    .append('\n');
        }
        List<LedgerLine> read = read(text.toString());
        assertThat(read).hasSize(lines);
        for (int i = 0; i < lines; i++) {
            assertThat(read.get(i).body().sizeBytes()).isEqualTo(i);
        }
    }

    private static List<LedgerLine> read(Path path) throws IOException {
        return read(Files.readString(path));
    }

    private static List<LedgerLine> read(String text) throws IOException {
        List<LedgerLine> lines = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (LedgerReader reader = new LedgerReader("acks", new ByteArrayInputStream(bytes))) {
            for (LedgerLine line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
