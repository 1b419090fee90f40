package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.LookAhead;
import dev.spool.SpoolOptions;
import dev.spool.Takeover;
import dev.spool.engine.directory.Format;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.BackendLookAhead;
import dev.spool.engine.spi.PreparedBackend;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EngineLookAheadTest {

    @TempDir
    Path temp;

    @Test
    @Timeout(60)
    void whatWasReadAheadOfASpoolThatWasNotReleasedIsLetGo() throws Exception {
        FakeBackend backend = new FakeBackend(1);
        Site site = Site.of(temp.resolve("spool"));
        SpoolOpener opener = new SpoolOpener(backend, site);
        SpoolDirectory.open(site, Format.of(backend), SpoolOptions.DEFAULTS, opener.evidence())
                .abandon();
        List<WeakReference<Object>> read = new ArrayList<>();
        LookAhead ahead = lookAhead(opener, read);
        try (Takeover takeover = ahead.takeOver()) {
            assertThat(takeover.found()).isEmpty();
            while (read.get(0).get() != null) {
                System.gc();
                Thread.sleep(5);
            }
        } finally {
            Reference.reachabilityFence(ahead);
        }
    }

    private static LookAhead lookAhead(SpoolOpener opener, List<WeakReference<Object>> read) {
        BackendLookAhead backend = new BackendLookAhead() {
            @Override
            public void refresh() {}

            @Override
            public PreparedBackend prepare(BackendFactory.ReadOnlyContext context) {
                throw new AssertionError("the spool was not released");
            }
        };
        read.add(new WeakReference<>(backend));
        return new EngineLookAhead(opener, SpoolOptions.DEFAULTS, backend);
    }
}
