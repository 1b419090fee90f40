package dev.spool;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a spool is opened. Immutable; made by {@link #builder()}. {@code docs/configuration.md} lists every option with unit,
 * default, range and effect.
 */
public final class SpoolOptions {

    /** All defaults. */
    public static final SpoolOptions DEFAULTS = builder().build();

    private final Builder values;

    private SpoolOptions(Builder values) {
        this.values = new Builder(values);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    // Behaviour

    /** Create the spool if the directory is missing or empty. Default true. */
    public boolean createIfMissing() {
        return values.createIfMissing;
    }

    /** What completes an operation. Default {@link Durability#SYNC}. */
    public Durability durability() {
        return values.durability;
    }

    /** Longest time between syncs of a {@link Durability#DEFERRED} spool. Default 50 ms, from 1 ms to 10 s. */
    public Duration deferredSyncPeriod() {
        return values.deferredSyncPeriod;
    }

    /** Deadline of operations that name none. Default 30 s. */
    public Duration storeTimeout() {
        return values.storeTimeout;
    }

    /** A sync that takes longer than this makes the spool unhealthy. Default 2 s. */
    public Duration slowSyncLimit() {
        return values.slowSyncLimit;
    }

    /** How often an unhealthy spool probes its storage with a real commit. Default 1 s. */
    public Duration probePeriod() {
        return values.probePeriod;
    }

    /** Largest body accepted. Default 256 MiB, from 1 B to 1 GiB; smaller volumes lower it. */
    public long maxMessageBytes() {
        return values.maxMessageBytes;
    }

    /** Allow a network or FUSE filesystem, whose syncs and locks may lie. Default false. */
    public boolean allowUnsafeFilesystem() {
        return values.allowUnsafeFilesystem;
    }

    /** Share of the volume kept free; below it large messages are refused. Default 0.05, from 0 to 0.5. */
    public double minFreeSpace() {
        return values.minFreeSpace;
    }

    /** Most bytes this spool may occupy, or empty for all of the volume. Default empty. */
    public Optional<Long> maxTotalBytes() {
        return Optional.ofNullable(values.maxTotalBytes);
    }

    // Performance

    /** Logs that commit independently; fixed when the spool is created. Default 1, from 1 to 64. */
    public int shards() {
        return values.shards;
    }

    /** Largest size of a segment file. Default 64 MiB, a power of two from 64 KiB to 64 MiB. File backend. */
    public int segmentBytesMax() {
        return values.segmentBytesMax;
    }

    /** Smallest size of a segment file. Default 1 MiB, a power of two from 64 KiB to {@link #segmentBytesMax()}. */
    public int segmentBytesMin() {
        return values.segmentBytesMin;
    }

    /** Bytes submitted and not yet durable, over all shards, past which futures wait. Default 16 MiB. */
    public long maxInFlightBytes() {
        return values.maxInFlightBytes;
    }

    /** Bytes of memory for the message cache and the backend's own caches. Default: a sixteenth of the largest heap, 8 MiB at least. */
    public long memoryBudgetBytes() {
        return values.memoryBudgetBytes != null ? values.memoryBudgetBytes : DefaultMemoryBudget.BYTES;
    }

    /** Put stored messages into the cache at once. Default: the backend's choice (file: no). */
    public Optional<Boolean> cacheOnStore() {
        return Optional.ofNullable(values.cacheOnStore);
    }

    /**
     * Bytes a second that compaction copies at most where it begins: when the segments take one and a half times what is live in them.
     * With each eighth more it copies twice as fast, up to twice what is live, and then with each half; at full speed while space is
     * low. Default 20 MiB/s.
     */
    public long compactionBytesPerSecond() {
        return values.compactionBytesPerSecond;
    }

    /** Where futures complete. Default: an unbounded pool of daemon threads of this spool. */
    public Optional<Executor> callbackExecutor() {
        return Optional.ofNullable(values.callbackExecutor);
    }

    /** Told of every operation; costs nothing when absent. */
    public Optional<SpoolMetrics> metrics() {
        return Optional.ofNullable(values.metrics);
    }

    /** Where native libraries are unpacked, for the backends that have one. Default: the library's own choice. */
    public Optional<Path> nativeDirectory() {
        return Optional.ofNullable(values.nativeDirectory);
    }

    /** Options of one backend alone, by name; unknown names are refused by the backend. Default none. */
    public Map<String, String> backendOptions() {
        return values.backendOptions;
    }

    /** Collects options; each setter checks its range and throws {@link IllegalArgumentException} outside it. */
    public static final class Builder {
        private boolean createIfMissing = true;
        private Durability durability = Durability.SYNC;
        private Duration deferredSyncPeriod = Duration.ofMillis(50);
        private Duration storeTimeout = Duration.ofSeconds(30);
        private Duration slowSyncLimit = Duration.ofSeconds(2);
        private Duration probePeriod = Duration.ofSeconds(1);
        private long maxMessageBytes = 256L << 20;
        private boolean allowUnsafeFilesystem;
        private double minFreeSpace = 0.05;
        private @Nullable Long maxTotalBytes;
        private int shards = 1;
        private int segmentBytesMax = 64 << 20;
        private int segmentBytesMin = 1 << 20;
        private long maxInFlightBytes = 16L << 20;
        private @Nullable Long memoryBudgetBytes;
        private @Nullable Boolean cacheOnStore;
        private long compactionBytesPerSecond = 20L << 20;
        private @Nullable Executor callbackExecutor;
        private @Nullable SpoolMetrics metrics;
        private @Nullable Path nativeDirectory;
        private Map<String, String> backendOptions = Map.of();

        private Builder() {}

        private Builder(Builder other) {
            createIfMissing = other.createIfMissing;
            durability = other.durability;
            deferredSyncPeriod = other.deferredSyncPeriod;
            storeTimeout = other.storeTimeout;
            slowSyncLimit = other.slowSyncLimit;
            probePeriod = other.probePeriod;
            maxMessageBytes = other.maxMessageBytes;
            allowUnsafeFilesystem = other.allowUnsafeFilesystem;
            minFreeSpace = other.minFreeSpace;
            maxTotalBytes = other.maxTotalBytes;
            shards = other.shards;
            segmentBytesMax = other.segmentBytesMax;
            segmentBytesMin = other.segmentBytesMin;
            maxInFlightBytes = other.maxInFlightBytes;
            memoryBudgetBytes = other.memoryBudgetBytes;
            cacheOnStore = other.cacheOnStore;
            compactionBytesPerSecond = other.compactionBytesPerSecond;
            callbackExecutor = other.callbackExecutor;
            metrics = other.metrics;
            nativeDirectory = other.nativeDirectory;
            backendOptions = other.backendOptions;
        }

        public Builder createIfMissing(boolean value) {
            createIfMissing = value;
            return this;
        }

        public Builder durability(Durability value) {
            durability = value;
            return this;
        }

        public Builder deferredSyncPeriod(Duration value) {
            deferredSyncPeriod = within("deferredSyncPeriod", value, Duration.ofMillis(1), Duration.ofSeconds(10));
            return this;
        }

        public Builder storeTimeout(Duration value) {
            storeTimeout = within("storeTimeout", value, Duration.ofMillis(1), Duration.ofDays(1));
            return this;
        }

        public Builder slowSyncLimit(Duration value) {
            slowSyncLimit = within("slowSyncLimit", value, Duration.ofMillis(10), Duration.ofMinutes(10));
            return this;
        }

        public Builder probePeriod(Duration value) {
            probePeriod = within("probePeriod", value, Duration.ofMillis(10), Duration.ofMinutes(10));
            return this;
        }

        public Builder maxMessageBytes(long value) {
            maxMessageBytes = within("maxMessageBytes", value, 1, 1L << 30);
            return this;
        }

        public Builder allowUnsafeFilesystem(boolean value) {
            allowUnsafeFilesystem = value;
            return this;
        }

        public Builder minFreeSpace(double value) {
            if (!(value >= 0 && value <= 0.5)) {
                throw new IllegalArgumentException("minFreeSpace must be from 0 to 0.5, not " + value);
            }
            minFreeSpace = value;
            return this;
        }

        public Builder maxTotalBytes(long value) {
            maxTotalBytes = within("maxTotalBytes", value, 1L << 20, Long.MAX_VALUE);
            return this;
        }

        public Builder shards(int value) {
            shards = (int) within("shards", value, 1, 64);
            return this;
        }

        public Builder segmentBytesMax(int value) {
            segmentBytesMax = powerOfTwo("segmentBytesMax", value);
            return this;
        }

        public Builder segmentBytesMin(int value) {
            segmentBytesMin = powerOfTwo("segmentBytesMin", value);
            return this;
        }

        public Builder maxInFlightBytes(long value) {
            maxInFlightBytes = within("maxInFlightBytes", value, 64 << 10, 1L << 34);
            return this;
        }

        public Builder memoryBudgetBytes(long value) {
            memoryBudgetBytes = within("memoryBudgetBytes", value, 0, Long.MAX_VALUE);
            return this;
        }

        public Builder cacheOnStore(boolean value) {
            cacheOnStore = value;
            return this;
        }

        public Builder compactionBytesPerSecond(long value) {
            compactionBytesPerSecond = within("compactionBytesPerSecond", value, 64 << 10, Long.MAX_VALUE);
            return this;
        }

        public Builder callbackExecutor(Executor value) {
            callbackExecutor = value;
            return this;
        }

        public Builder metrics(SpoolMetrics value) {
            metrics = value;
            return this;
        }

        public Builder nativeDirectory(Path value) {
            nativeDirectory = value;
            return this;
        }

        public Builder backendOptions(Map<String, String> value) {
            backendOptions = Map.copyOf(value);
            return this;
        }

        public SpoolOptions build() {
            if (segmentBytesMin > segmentBytesMax) {
                throw new IllegalArgumentException(
                        "segmentBytesMin " + segmentBytesMin + " must not exceed segmentBytesMax " + segmentBytesMax);
            }
            return new SpoolOptions(this);
        }

        private static Duration within(String name, Duration value, Duration min, Duration max) {
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", not " + value);
            }
            return value;
        }

        private static long within(String name, long value, long min, long max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", not " + value);
            }
            return value;
        }

        private static int powerOfTwo(String name, int value) {
            within(name, value, 64 << 10, 64 << 20);
            if (Integer.bitCount(value) != 1) {
                throw new IllegalArgumentException(name + " must be a power of two, not " + value);
            }
            return value;
        }
    }
}
