package dev.spool.handoff;

import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.TimeSource;
import java.time.Duration;

/**
 * Times of a handoff.
 *
 * @param heartbeat how often each side says that it lives; default 2 s
 * @param silence after how long without a frame the other side counts as dead; default 10 s; at least twice the heartbeat
 * @param hello how long a new connection may take to say who it is; default 5 s
 * @param drainGrace how long the old server may drain; default 60 s
 * @param deadline how long a handoff may take up to the new server's being ready, and how long the old one may take to resume;
 *     default 5 min
 * @param exitGrace how long the old server may take to exit once the new one serves, before it is killed; default 60 s
 */
public record HandoffOptions(
        Duration heartbeat,
        Duration silence,
        Duration hello,
        Duration drainGrace,
        Duration deadline,
        Duration exitGrace) {

    public static final HandoffOptions DEFAULTS = new HandoffOptions(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(60));

    public HandoffOptions {
        if (heartbeat.isNegative() || heartbeat.isZero() || silence.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("silence (" + silence + ") has to be at least twice the heartbeat ("
                    + heartbeat + "), which is positive");
        }
        for (Duration each : new Duration[] {hello, drainGrace, deadline, exitGrace}) {
            if (each.isNegative() || each.isZero()) {
                throw new IllegalArgumentException("every time is positive, not " + each);
            }
        }
    }

    Connection.Timing timing(TimeSource time) {
        return new Connection.Timing(time, heartbeat, silence, hello);
    }
}
