package dev.spool.lmdb;

import dev.spool.SpoolException;
import org.jspecify.annotations.Nullable;

/** One state of all trees, to be read: through LMDB by a {@link Transaction}, or without it by a {@link PagedLog}. */
interface TreeReader {

    /**
     * Null if there is no such key.
     *
     * @throws dev.spool.SpoolCorruptException if a page on the way to it is damaged
     */
    byte @Nullable [] get(Tree tree, byte[] key) throws SpoolException;

    /** How messages name a place. */
    String at(Tree tree, byte[] key);
}
