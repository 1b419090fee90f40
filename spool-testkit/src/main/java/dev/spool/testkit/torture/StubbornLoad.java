package dev.spool.testkit.torture;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.engine.ledger.BodyDigest;
import dev.spool.engine.ledger.Ledger;
import dev.spool.engine.ledger.Payload;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A child that goes on storing, replacing and removing whatever the spool answers, with a ledger. It says {@code open}, and from
 * then on the cause of its health each time that changes: {@code health NONE} first.
 */
public final class StubbornLoad {

    private static final int WORKERS = 4;
    private static final long LOOK_MILLIS = 10;

    private StubbornLoad() {}

    /** Takes the ledger's path, a seed, and the arguments of {@link ChildArguments}. */
    public static void main(String[] arguments) throws Exception {
        ChildArguments child = ChildArguments.parse(Arrays.copyOfRange(arguments, 2, arguments.length));
        long seed = Long.parseLong(arguments[1]);
        try (Ledger ledger = Ledger.append(Path.of(arguments[0]));
                Spool spool = child.provider().open(child.directory(), child.options())) {
            ChildJvm.say("open");
            for (int i = 0; i < WORKERS; i++) {
                Worker worker = new Worker(spool, ledger, new SplittableRandom(seed * WORKERS + i));
                Thread thread = new Thread(worker, "stubborn-" + i);
                thread.setDaemon(true);
                thread.start();
            }
            watch(spool);
        }
    }

    private static void watch(Spool spool) throws InterruptedException {
        Health.Cause said = null;
        while (true) {
            // What a host asks on each connection; health() tells why.
            Health.Cause now = spool.unhealthyReason() == null
                    ? Health.Cause.NONE
                    : spool.health().cause();
            if (now != said) {
                ChildJvm.say("health " + now);
                said = now;
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** One thread, with messages of its own. */
    private record Worker(Spool spool, Ledger ledger, SplittableRandom random, List<SpoolId> ids) implements Runnable {

        Worker(Spool spool, Ledger ledger, SplittableRandom random) {
            this(spool, ledger, random, new ArrayList<>());
        }

        @Override
        public void run() {
            for (int version = 0; ; version++) {
                try {
                    one(version);
                } catch (SpoolInDoubtException e) {
                    // whole or absent; its id was let go of
                } catch (SpoolException refused) {
                    pause();
                } catch (IOException | RuntimeException | Error e) {
                    e.printStackTrace();
                    Runtime.getRuntime().halt(1);
                }
            }
        }

        private void one(int version) throws IOException {
            int choice = random.nextInt(10);
            if (ids.isEmpty() || (choice < 6 && ids.size() < 500)) {
                store(SpoolId.next(), version);
            } else {
                SpoolId id = ids.remove(random.nextInt(ids.size()));
                if (choice < 8) {
                    store(id, version);
                } else {
                    ledger.removing(id);
                    spool.blocking().remove(id);
                    ledger.removed(id);
                }
            }
        }

        private void store(SpoolId id, int version) throws IOException {
            byte[] body = Payload.of(id, random.nextInt(8, 8000), version);
            BodyDigest digest = BodyDigest.of(body);
            ledger.storing(id, digest);
            spool.blocking().store(id, Message.of(body));
            ledger.stored(id, digest);
            ids.add(id);
        }

        private static void pause() {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
