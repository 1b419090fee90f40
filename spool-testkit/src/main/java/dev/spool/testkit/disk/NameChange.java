package dev.spool.testkit.disk;

import org.jspecify.annotations.Nullable;

/**
 * A change of names that is not durable yet. Atomic: it is durable once every directory it touches has been synced, and at a
 * crash it is kept or lost as a whole.
 *
 * @param from where the name {@code fromName} is taken away, null if none is
 * @param to where {@code toName} comes to stand for {@code node}, null if nowhere
 */
record NameChange(
        long sequence,
        @Nullable Folder from,
        String fromName,
        @Nullable Folder to,
        String toName,
        @Nullable Node node,
        boolean fromSynced,
        boolean toSynced) {

    static NameChange create(long sequence, Folder to, String name, Node node) {
        return new NameChange(sequence, null, "", to, name, node, true, false);
    }

    static NameChange delete(long sequence, Folder from, String name) {
        return new NameChange(sequence, from, name, null, "", null, false, true);
    }

    static NameChange rename(long sequence, Folder from, String fromName, Folder to, String toName, Node node) {
        return new NameChange(sequence, from, fromName, to, toName, node, false, false);
    }

    NameChange synced(Folder folder) {
        return new NameChange(
                sequence, from, fromName, to, toName, node, fromSynced || from == folder, toSynced || to == folder);
    }

    boolean durable() {
        return fromSynced && toSynced;
    }

    void harden() {
        if (from != null) {
            from.harden(fromName, null, sequence);
        }
        if (to != null) {
            to.harden(toName, node, sequence);
        }
    }
}
