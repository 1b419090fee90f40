package dev.spool;

/**
 * A sixteenth of the memory this process may use. The JVM knows the container's limit and sizes its heap by it, so that the
 * largest heap stands for the limit here.
 */
final class DefaultMemoryBudget {

    static final long BYTES = Math.max(8L << 20, Runtime.getRuntime().maxMemory() / 16);

    private DefaultMemoryBudget() {}
}
