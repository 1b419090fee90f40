package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are written past the page cache where the filesystem lets them, and through it elsewhere. */
class DirectWritesTest {

    @TempDir
    Path temp;

    @Test
    void aFilesystemOnADiskAllowsThemAndKeepsNothingOfTheQuestion() throws Exception {
        String type = Files.getFileStore(temp).type();
        Assumptions.assumeTrue(type.equals("ext4") || type.equals("xfs"));
        assertThat(DirectWrites.work(temp)).isTrue();
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void aFilesystemOfTheKernelDoesNot() {
        Path file = Path.of("/proc/self/comm"); // there, and open to writers
        Assumptions.assumeTrue(Files.isWritable(file));
        assertThatThrownBy(() -> DirectWrites.write(file)).isInstanceOf(IOException.class);
        assertThat(DirectWrites.work(file.getParent())).isFalse();
    }
}
