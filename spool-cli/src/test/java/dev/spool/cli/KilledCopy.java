package dev.spool.cli;

import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.SpoolStats;
import dev.spool.cli.base.Backends;
import dev.spool.cli.copy.CopyTarget;
import dev.spool.cli.copy.SpoolCopy;
import dev.spool.testkit.process.ChildJvm;
import java.nio.file.Path;
import java.util.List;

/** A process that copies a spool, says {@code copied} once some messages are durable in the target, and waits to be killed. */
final class KilledCopy {

    private KilledCopy() {}

    public static void main(String[] arguments) throws Exception {
        Path from = Path.of(arguments[0]);
        Path to = Path.of(arguments[1]);
        int messages = Integer.parseInt(arguments[3]);
        try (SpoolReader source = Backends.existing(from).openReadOnly(from, SpoolOptions.DEFAULTS)) {
            SpoolStats stats = source.stats();
            CopyTarget target = CopyTarget.open(to, arguments[2], from, stats.storeId(), stats.backend());
            new SpoolCopy(source, target.spool(), ChildJvm::say, copied -> await(copied, messages)).run();
        }
        ChildJvm.say("finished");
    }

    private static void await(long copied, int messages) {
        if (copied == messages) {
            ChildJvm.say("copied");
            try {
                Thread.currentThread().join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Lets a process copy so many messages more, and kills it. */
    static void run(Path source, Path target, String backend, int messages) {
        try (ChildJvm child = ChildJvm.start(
                KilledCopy.class, List.of(source.toString(), target.toString(), backend, String.valueOf(messages)))) {
            child.expect("copied");
            child.kill();
        }
    }
}
