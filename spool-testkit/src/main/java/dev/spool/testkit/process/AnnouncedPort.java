package dev.spool.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The port that {@code spool supervise --listen HOST:0} chose, as it says in its log. A port that a test picks itself, and lets go of
 * for the supervisor to take, may be another's by then.
 */
public final class AnnouncedPort {

    private static final Pattern ANNOUNCED = Pattern.compile("listening on \\S+ port (\\d+)\\R");
    private static final int LOOK_AGAIN_MILLIS = 20;
    private static final long WAIT_NANOS_MAX = 60_000_000_000L;

    private AnnouncedPort() {}

    /**
     * Waits until it is announced, a minute at most.
     *
     * @param log where the process's standard error goes
     * @throws IOException with the log, if the process ends before, or the minute does
     */
    public static int await(Process supervisor, Path log) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            boolean alive = supervisor.isAlive(); // first: what it said before it ended is in the log
            String text = Files.readString(log);
            Matcher announced = ANNOUNCED.matcher(text);
            if (announced.find()) {
                return Integer.parseInt(announced.group(1));
            }
            if (!alive) {
                throw new IOException("the supervisor has ended: " + text);
            }
            if (System.nanoTime() - begun > WAIT_NANOS_MAX) {
                throw new IOException("the supervisor has announced no port: " + text);
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }
}
