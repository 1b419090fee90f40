package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.MessageInfo;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the themes of the contract share: a fresh directory for each test, spools that are checked when they are closed, and
 * the questions that every theme asks. A backend extends {@link SpoolContractSuite}, which has all themes.
 *
 * <p>The timeout is there so that a hang fails; no test measures time.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class SpoolContract {

    /** Tag of the tests that need storage which outlives this process, and a provider that another process can make. */
    public static final String PROCESS = "process";

    /** Tag of the tests that take long and find what others would mostly find, too: a build may leave them out. */
    public static final String LONG = "long";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private @Nullable CheckedProvider checked;

    /** What these tests are about; {@link SpoolContractSuite} answers for all themes. */
    protected abstract BackendUnderTest backend();

    protected final SpoolProvider provider() {
        return backend().provider();
    }

    protected final SpoolOptions options() {
        return backend().options();
    }

    /** Options under which a few MiB make many segments, where a backend has segments. */
    protected final SpoolOptions smallSegments() {
        return options().toBuilder()
                .segmentBytesMin(64 << 10)
                .segmentBytesMax(256 << 10)
                .build();
    }

    /** The directory of the spool under test; not there before the first open. */
    protected final Path directory() {
        return temp.resolve("spool");
    }

    /** Every file of the spool under test with a digest of its bytes, but for those that readers change. */
    protected final Map<String, String> digest() throws IOException, NoSuchAlgorithmException {
        return DirectoryDigest.of(directory(), backend()::isChangedByReaders);
    }

    protected final Spool open() throws SpoolException {
        return open(options());
    }

    protected final Spool open(SpoolOptions options) throws SpoolException {
        if (checked == null) {
            checked = new CheckedProvider(provider());
        }
        return checked.open(directory(), options);
    }

    /** Stores {@code count} messages and waits for all of them. */
    protected static Map<SpoolId, Message> storeMany(Spool spool, int count, int bodyBytes, int envelopeBytes) {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SpoolId id = SpoolId.next();
            Message message = Samples.message(id.low(), bodyBytes, envelopeBytes);
            stored.put(id, message);
            futures.add(spool.store(id, message));
        }
        futures.forEach(CompletableFuture::join);
        return stored;
    }

    /** Fails unless {@code id} loads as {@code expected}, byte for byte. */
    protected static void assertHolds(SpoolReader spool, SpoolId id, Message expected) {
        Message actual = spool.load(id).join().orElseThrow(() -> new AssertionError(id + " is missing"));
        assertSame(id, actual, expected);
        ByteBuffer envelope =
                spool.loadEnvelope(id).join().orElseThrow(() -> new AssertionError("no envelope for " + id));
        assertThat(envelope).as("envelope alone of %s", id).isEqualTo(expected.envelope());
    }

    protected static void assertHolds(SpoolReader spool, Map<SpoolId, Message> expected) {
        expected.forEach((id, message) -> assertHolds(spool, id, message));
    }

    protected static void assertSame(SpoolId id, Message actual, Message expected) {
        assertThat(actual.bodyBytes()).as("body bytes of %s", id).isEqualTo(expected.bodyBytes());
        assertThat(Arrays.mismatch(actual.bodyToArray(), expected.bodyToArray()))
                .as("first wrong body byte of %s", id)
                .isEqualTo(-1);
        assertThat(actual.envelope()).as("envelope of %s", id).isEqualTo(expected.envelope());
    }

    protected static void assertMissing(SpoolReader spool, SpoolId id) {
        assertThat(spool.load(id).join()).as("message %s", id).isEmpty();
        assertThat(spool.loadEnvelope(id).join()).as("envelope of %s", id).isEmpty();
    }

    /** The failure of a future that must fail. */
    protected static Throwable failureOf(CompletableFuture<?> future) {
        try {
            throw new AssertionError("completed with " + future.join() + " instead of failing");
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }

    /** Everything a complete scan returns; fails on damage and on a message that comes twice. */
    protected static Map<SpoolId, SpoolEntry.Item> scan(SpoolReader spool, EnumerateOptions options) {
        Map<SpoolId, SpoolEntry.Item> items = new LinkedHashMap<>();
        try (SpoolScan scan = spool.enumerate(options)) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                assertThat(entry).isInstanceOf(SpoolEntry.Item.class);
                SpoolEntry.Item item = (SpoolEntry.Item) entry;
                assertThat(items.put(item.id(), item))
                        .as("%s, found twice", item)
                        .isNull();
            }
            assertThat(scan.report().complete()).as("%s", scan.report()).isTrue();
            assertThat(scan.report().items()).isEqualTo(items.size());
            assertThat(scan.report().corrupt()).isZero();
        }
        return items;
    }

    protected static Map<SpoolId, SpoolEntry.Item> scan(SpoolReader spool) {
        return scan(spool, EnumerateOptions.ALL);
    }

    /** What a scan tells of a message that must be there. */
    protected static MessageInfo infoOf(SpoolReader spool, SpoolId id) {
        SpoolEntry.Item item = scan(spool).get(id);
        if (item == null) {
            throw new AssertionError("a scan does not find " + id);
        }
        return item.info();
    }
}
