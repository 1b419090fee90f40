package dev.spool.handoff;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/**
 * The listening socket that a supervisor, systemd or inetd passed as standard input. It is open in the supervisor too, so that the
 * kernel goes on queueing connections while no server accepts.
 *
 * <p>Two things to know of the JDK's channel. Closing it points standard input, output and error of the process to the null
 * device; so a server that drains stops accepting, and leaves it open. And whether it blocks is a property that all processes
 * with this socket share; the JDK's own channels cope with either.
 */
public final class InheritedListener {

    private InheritedListener() {}

    /** The socket; empty if standard input is none that listens. */
    public static Optional<ServerSocketChannel> channel() throws IOException {
        Channel inherited = System.inheritedChannel();
        return inherited instanceof ServerSocketChannel listener ? Optional.of(listener) : Optional.empty();
    }
}
