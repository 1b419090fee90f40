package dev.spool.relay.envelope;

/** Which mail addresses the relay handles: those that fit a line of an envelope, and a command to the downstream server. */
public final class Addresses {

    /** Longest path of RFC 5321, 4.5.3.1.3, without its brackets. */
    private static final int LENGTH_MAX = 254;

    private Addresses() {}

    /** Whether this is 1 to 254 printable characters of ASCII without space and angle bracket. */
    public static boolean isHandled(String address) {
        return !address.isEmpty()
                && address.length() <= LENGTH_MAX
                && address.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '<' && c != '>');
    }
}
