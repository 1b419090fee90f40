package dev.spool.handoff;

import dev.spool.handoff.transport.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Starts servers by a command. They have the supervisor's own standard streams: standard input is the listening socket, where there
 * is one.
 */
final class ServerStarts {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS_MIN = 250;
    private static final long PAUSE_MILLIS_MAX = 30_000;

    private final List<String> command;
    private final Path socket;
    private final TimeSource time;
    private long lastStart;
    private long pauseMillis;
    private boolean any;

    ServerStarts(List<String> command, Path socket, TimeSource time) {
        this.command = List.copyOf(command);
        this.socket = socket;
        this.time = time;
    }

    /** Starts one; as the successor of that handoff, unless null. */
    Process start(@Nullable UUID successorOf) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put(HandoffMember.SOCKET_VARIABLE, socket.toString());
        builder.environment().remove(HandoffMember.HANDOFF_VARIABLE);
        if (successorOf != null) {
            builder.environment().put(HandoffMember.HANDOFF_VARIABLE, successorOf.toString());
        }
        return builder.start();
    }

    /** How long to wait before the next start from scratch: longer each time a server did not last. */
    Duration pause() {
        long now = time.nanoTime();
        if (!any || now - lastStart > LONG_ENOUGH.toNanos()) {
            pauseMillis = 0;
        } else {
            pauseMillis = Math.min(PAUSE_MILLIS_MAX, Math.max(PAUSE_MILLIS_MIN, pauseMillis * 2));
        }
        any = true;
        lastStart = now + pauseMillis * 1_000_000;
        return Duration.ofMillis(pauseMillis);
    }
}
