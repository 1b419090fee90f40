package dev.spool.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.spool.Health;
import dev.spool.SpoolReader;
import dev.spool.SpoolStats;
import dev.spool.cli.base.JsonLines;
import dev.spool.cli.base.StandardStreams;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool stat}: counts and health. */
@Command(name = "stat", header = "Show counts, sizes and health.", description = "Show counts, sizes and health.")
final class StatCommand extends SpoolCommand {

    @Mixin
    private SpoolDirectory directory;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    StatCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        try (SpoolReader spool = directory.openReadOnly()) {
            SpoolStats stats = spool.stats();
            Health health = spool.health();
            if (json) {
                new JsonLines(streams).line(object -> writeJson(object, stats, health));
            } else {
                writeText(stats, health);
            }
        }
        return ExitCode.OK;
    }

    private static void writeJson(JsonGenerator object, SpoolStats stats, Health health) throws IOException {
        object.writeNumberField("formatVersion", stats.formatVersion());
        object.writeStringField("backend", stats.backend());
        object.writeStringField("storeId", stats.storeId().toString());
        object.writeNumberField("entries", stats.entries());
        object.writeNumberField("liveBytes", stats.liveBytes());
        object.writeNumberField("totalBytes", stats.totalBytes());
        object.writeArrayFieldStart("shards");
        for (SpoolStats.Shard shard : stats.shards()) {
            object.writeStartObject();
            object.writeNumberField("shard", shard.shard());
            object.writeNumberField("revision", shard.revision());
            object.writeStringField("head", shard.head());
            object.writeEndObject();
        }
        object.writeEndArray();
        object.writeNumberField("files", stats.files());
        object.writeStringField("health", word(health));
    }

    private void writeText(SpoolStats stats, Health health) throws IOException {
        row("backend", stats.backend() + ", format " + stats.formatVersion());
        row("store id", stats.storeId());
        row("messages", stats.entries());
        row("live bytes", stats.liveBytes());
        row("total bytes", stats.totalBytes());
        row("files", stats.files());
        for (SpoolStats.Shard shard : stats.shards()) {
            row("shard " + shard.shard(), "revision " + shard.revision() + ", head " + shard.head());
        }
        row("health", word(health) + (health.detail().isEmpty() ? "" : ": " + health.detail()));
    }

    private void row(String name, Object value) throws IOException {
        streams.line(String.format(Locale.ROOT, "%-12s %s", name, value));
    }

    private static String word(Health health) {
        return health.state().name().toLowerCase(Locale.ROOT);
    }
}
