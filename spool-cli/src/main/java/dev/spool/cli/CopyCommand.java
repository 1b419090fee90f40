package dev.spool.cli;

import dev.spool.SpoolReader;
import dev.spool.SpoolStats;
import dev.spool.cli.base.Progress;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.copy.CopyTarget;
import dev.spool.cli.copy.SpoolCopy;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool copy}: a new spool with the same messages. */
@Command(
        name = "copy",
        header = "Copy a spool into a new one.",
        description = {
            "Copy a spool into a new one: ids, bodies, envelopes and times. The copy is compared by a digest of all messages.",
            "The target is missing, empty, or a copy of the same spool that was interrupted, which goes on. "
                    + "Damaged messages are reported and left out."
        })
final class CopyCommand extends SpoolCommand {

    @Mixin
    private SpoolDirectory directory;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "The new spool's directory.")
    private Path target;

    @Option(names = "--to-backend", paramLabel = "NAME", description = "The new spool's backend (default: the same).")
    private @Nullable String backend;

    CopyCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Failures failures = new Failures(this);
        try (SpoolReader source = directory.openReadOnly();
                Progress progress = new Progress(streams, "messages copied")) {
            SpoolStats stats = source.stats();
            try (CopyTarget copyTarget =
                    CopyTarget.open(target, backend, directory.path(), stats.storeId(), stats.backend())) {
                SpoolCopy copy = new SpoolCopy(
                        source, copyTarget.spool(), damage -> failures.add(damage, ExitCode.CORRUPT), progress::at);
                SpoolCopy.End end = copy.run();
                if (end == SpoolCopy.End.EQUAL) {
                    copyTarget.finish();
                } else if (end == SpoolCopy.End.DIFFERENT) {
                    failures.add(
                            "the source changes faster than it is copied; run the same command again to go on",
                            ExitCode.CORRUPT);
                }
                streams.line("copied " + copy.copied() + " messages, " + copy.copiedBytes() + " bytes; " + copy.kept()
                        + " were there" + (end == SpoolCopy.End.EQUAL ? "; digests equal" : ""));
            }
        }
        return failures.exitCode();
    }
}
