package dev.spool.engine;

import dev.spool.SpoolId;

/** Spreads ids, which may be consecutive or chosen by a stranger, evenly over 64 bits. Fixed for ever: shards depend on it. */
final class IdHash {

    private IdHash() {}

    static long mix(SpoolId id) {
        long mixed = id.high() * 0x9e3779b97f4a7c15L ^ id.low();
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** The shard that holds an id. */
    static int shard(SpoolId id, int shards) {
        return (int) Long.remainderUnsigned(mix(id), shards);
    }
}
