package dev.spool.cli;

import dev.spool.SpoolProvider;
import dev.spool.cli.base.Backends;
import dev.spool.cli.base.Diagnosis;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.base.UsageException;
import dev.spool.cli.demo.Demo;
import dev.spool.cli.demo.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spool demo}: the main job from end to end. */
@Command(
        name = "demo",
        showDefaultValues = true,
        header = "Show the main job from end to end on example messages.",
        description = {
            "In a temporary directory that is removed: import, enumerate, load, update envelopes, remove, compact; kill a "
                    + "writer process in mid-flight, reopen, verify; seal and take over. The last line is 'demo: ok'."
        })
final class DemoCommand extends SpoolCommand {

    /** Kept, since a logger that nobody holds forgets its level. */
    private static final Logger LIBRARY_LOGGER = Logger.getLogger("dev.spool");

    @Option(names = "--backend", paramLabel = "NAME", description = "What holds the spool: file, rocksdb or lmdb.")
    private String backend = Backends.DEFAULT;

    DemoCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException, InterruptedException {
        if (!Diagnosis.debugging()) {
            // Draining and sealing are part of the show, and no reason for a warning.
            LIBRARY_LOGGER.setLevel(Level.SEVERE);
        }
        SpoolProvider provider = Backends.named(backend);
        Path mail = exampleMail();
        try (TemporaryDirectory scratch = TemporaryDirectory.make("spool-demo-")) {
            streams.line("spool demo: backend " + backend + ", in " + scratch.path());
            streams.flush();
            run(provider, mail, scratch);
        }
        streams.line("demo: ok");
        return ExitCode.OK;
    }

    private void run(SpoolProvider provider, Path mail, TemporaryDirectory scratch)
            throws IOException, InterruptedException {
        try (Demo demo = new Demo(streams, provider, mail, Main.class.getName(), scratch.path())) {
            Thread hook = new Thread(() -> clearAway(demo, scratch), "spool-demo-end");
            Runtime.getRuntime().addShutdownHook(hook);
            demo.run();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** When the process is told to stop, neither the writer nor the directory is left behind. */
    private void clearAway(Demo demo, TemporaryDirectory scratch) {
        demo.close();
        try {
            scratch.close();
        } catch (IOException e) {
            note("remove " + scratch.path() + " yourself: " + Diagnosis.of(e));
        }
    }

    /** The launcher tells where the program is. */
    private static Path exampleMail() throws UsageException {
        String home = System.getProperty("spool.home");
        if (home == null) {
            throw new UsageException("the example messages stand beside bin/spool; start the demo by it");
        }
        Path mail = Path.of(home, "examples", "mail");
        if (!Files.isDirectory(mail)) {
            throw new UsageException("no example messages in " + mail + "; unpack the program whole");
        }
        return mail;
    }
}
