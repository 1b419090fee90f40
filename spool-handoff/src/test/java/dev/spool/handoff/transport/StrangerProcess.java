package dev.spool.handoff.transport;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Connects to the socket that its argument names, and waits until it is sent away; runs as another user. */
final class StrangerProcess {

    private StrangerProcess() {}

    public static void main(String[] arguments) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]))) {
            System.out.println("connected");
            channel.read(ByteBuffer.allocate(1));
        }
    }
}
