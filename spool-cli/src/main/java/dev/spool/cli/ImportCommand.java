package dev.spool.cli;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.StoreOptions;
import dev.spool.cli.base.Diagnosis;
import dev.spool.cli.base.Progress;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.base.StoreWindow;
import dev.spool.cli.mail.MailSink;
import dev.spool.cli.mail.MailSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spool import}: the messages of mail files, Maildirs and mailboxes. */
@Command(
        name = "import",
        header = "Store the messages of mail files, Maildirs and mailboxes.",
        description = {
            "Store the messages of each PATH: a file *.eml is one message; a directory with cur and new is a Maildir; "
                    + "another directory is searched for *.eml; another file is a mailbox (mbox, with >From unquoted).",
            "Messages have no envelope and keep their time: that of the file, or of the mailbox's From line. "
                    + "What cannot be read or is too large is reported and skipped."
        })
final class ImportCommand extends SpoolCommand {

    @Mixin
    private NewSpoolDirectory directory;

    @Option(
            names = "--ids",
            description = "Print the id of each message once it is on disk; the summary is a note then.")
    private boolean ids;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and directories to import.")
    private List<Path> paths;

    ImportCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        Failures failures = new Failures(this);
        Import run;
        try (Spool spool = directory.open(SpoolOptions.DEFAULTS);
                Progress progress = new Progress(streams, "messages imported")) {
            run = new Import(spool, failures, progress);
            run.all(paths);
        }
        String summary = "imported " + run.messages + " messages, " + run.bytes + " bytes; skipped " + run.skipped;
        if (ids) {
            note(summary);
        } else {
            streams.line(summary);
        }
        return failures.exitCode();
    }

    /** One run over all paths. */
    private final class Import implements MailSink {
        private final Failures failures;
        private final StoreWindow window;
        private final MailSource source;
        private long messages;
        private long bytes;
        private long skipped;

        Import(Spool spool, Failures failures, Progress progress) {
            this.failures = failures;
            this.source = new MailSource(this, spool.stats().maxMessageBytes(), Diagnosis::of);
            this.window = new StoreWindow(spool, id -> {
                messages++;
                progress.at(messages);
                if (ids) {
                    streams.line(id.toString());
                    streams.flush();
                }
            });
        }

        void all(List<Path> paths) throws IOException {
            for (Path path : paths) {
                source.read(path);
            }
            window.drain();
        }

        @Override
        public void message(String where, Message message, Instant storedAt) throws IOException {
            try {
                window.store(SpoolId.next(), message, StoreOptions.DEFAULT.withStoredAt(storedAt));
                bytes += message.bodyBytes();
            } catch (IllegalArgumentException e) {
                // The spool's limit fell after the file was measured against it.
                skipped(where, Diagnosis.of(e));
            }
        }

        @Override
        public void skipped(String where, String why) {
            skipped++;
            failures.add(why.startsWith(where) ? why : where + ": " + why, ExitCode.FAILED);
        }
    }
}
