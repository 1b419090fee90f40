package dev.spool.testkit.disk;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory: its entries as processes see them, and as they are on the platter. */
final class Folder extends Node {

    /** As processes see them. */
    final TreeMap<String, Node> entries = new TreeMap<>();

    private final Map<String, Node> durable = new HashMap<>();

    /**
     * The newest change of a name that is on the platter. A renaming between two directories may get there after changes that
     * were made later, and must not undo them.
     */
    private final Map<String, Long> newest = new HashMap<>();

    Folder(long number) {
        super(number);
    }

    /** Puts a change of one name on the platter; null takes the name away. */
    void harden(String name, @Nullable Node node, long sequence) {
        if (newest.getOrDefault(name, -1L) > sequence) {
            return;
        }
        newest.put(name, sequence);
        if (node == null) {
            durable.remove(name);
        } else {
            durable.put(name, node);
        }
    }

    /** Makes what is on the platter what processes see. */
    void forgetCache() {
        entries.clear();
        entries.putAll(durable);
        newest.clear();
    }

    /** Makes what processes see what is on the platter. */
    void hardenAll() {
        durable.clear();
        durable.putAll(entries);
    }

    Map<String, Node> durable() {
        return durable;
    }

    Map<String, Long> newest() {
        return newest;
    }
}
