package dev.spool.cli.scripted;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What a spool of {@link ScriptedProvider} does: all the trouble that real storage makes too seldom for a test. */
public final class Script {

    static final String FILE_NAME = "scripted";
    static final Map<Path, Script> SCRIPTS = new HashMap<>();

    /** Thrown by opens, checks and repairs. */
    public @Nullable SpoolException openFailure;
    /** Thrown by mutations; each is used once, and then they succeed. */
    public final List<Exception> mutationFailures = new ArrayList<>();
    /** Thrown by the loads of these. */
    public final Map<SpoolId, SpoolException> loadFailures = new HashMap<>();

    /** Returned by every load that finds something. */
    public @Nullable Message loadedInstead;

    public @Nullable SpoolException closeFailure;
    public final Map<SpoolId, Message> messages = new ConcurrentHashMap<>();
    public final List<SpoolEntry> moreEntries = new ArrayList<>();
    public String whyNotComplete = "";
    public long maxMessageBytes = 1 << 20;
    public List<Finding> findings = List.of();
    public CheckReport report = new CheckReport(0, 0, 0, 0, false, true);

    /** Makes a directory that holds this spool. */
    public static Script in(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.createFile(directory.resolve(FILE_NAME));
        Script script = new Script();
        SCRIPTS.put(directory, script);
        return script;
    }

    ScanReport scanReport() {
        return new ScanReport(messages.size(), moreEntries.size(), whyNotComplete.isEmpty(), whyNotComplete);
    }

    SpoolStats stats() {
        List<SpoolStats.Shard> shards = List.of(new SpoolStats.Shard(0, 7, "abcd"));
        return new SpoolStats(
                3, "scripted", new UUID(0, 1), messages.size(), 11, 22, 33, 0, 0, 0, maxMessageBytes, 65536, 0, shards);
    }

    static Health health() {
        return new Health(Health.State.DEGRADED, Health.Cause.CORRUPTION, Instant.EPOCH, "one is damaged", 1);
    }
}
