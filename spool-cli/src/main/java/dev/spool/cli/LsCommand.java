package dev.spool.cli;

import dev.spool.Message;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.cli.base.JsonLines;
import dev.spool.cli.base.StandardStreams;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool ls}: all entries, corrupt ones too. */
@Command(
        name = "ls",
        header = "List all messages.",
        description = {
            "List all messages, in no particular order, damaged ones too.",
            "Each message is read and its checksums are verified."
        })
final class LsCommand extends SpoolCommand {

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    @Mixin
    private SpoolDirectory directory;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    LsCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Failures failures = new Failures(this);
        try (SpoolReader spool = directory.openReadOnly()) {
            new EntryReader(failures).read(spool, json ? new JsonListing() : new TextListing());
        }
        return failures.exitCode();
    }

    private final class TextListing implements EntryReader.Visitor {
        @Override
        public void whole(SpoolEntry.Item item, Message message) throws IOException {
            row(item.id().toString(), item.bodyBytes(), MILLIS.format(item.storedAt()), "ok");
        }

        @Override
        public void damaged(@Nullable SpoolId id, SpoolEntry.@Nullable Item item, String error) throws IOException {
            row(
                    id == null ? "?" : id.toString(),
                    item == null ? "?" : item.bodyBytes(),
                    item == null ? "?" : MILLIS.format(item.storedAt()),
                    "corrupt");
        }

        private void row(String id, Object size, String storedAt, String state) throws IOException {
            streams.line(String.format(Locale.ROOT, "%-32s %12s  %-24s  %s", id, size, storedAt, state));
        }
    }

    private final class JsonListing implements EntryReader.Visitor {
        private final JsonLines lines;

        JsonListing() throws IOException {
            lines = new JsonLines(streams);
        }

        @Override
        public void whole(SpoolEntry.Item item, Message message) throws IOException {
            line(item.id(), item, "ok", null);
        }

        @Override
        public void damaged(@Nullable SpoolId id, SpoolEntry.@Nullable Item item, String error) throws IOException {
            line(id, item, "corrupt", error);
        }

        private void line(@Nullable SpoolId id, SpoolEntry.@Nullable Item item, String state, @Nullable String error)
                throws IOException {
            lines.line(object -> {
                object.writeStringField("id", id == null ? null : id.toString());
                if (item == null) {
                    object.writeNullField("size");
                    object.writeNullField("envelopeSize");
                    object.writeNullField("storedAt");
                } else {
                    object.writeNumberField("size", item.bodyBytes());
                    object.writeNumberField("envelopeSize", item.envelopeBytes());
                    Instant storedAt = item.storedAt();
                    object.writeStringField("storedAt", MILLIS.format(storedAt));
                }
                object.writeStringField("state", state);
                object.writeStringField("error", error);
            });
        }
    }
}
