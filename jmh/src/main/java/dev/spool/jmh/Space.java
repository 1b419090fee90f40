package dev.spool.jmh;

import dev.spool.SpoolStats;
import dev.spool.jmh.peer.SpoolPeer;

/** How much room a spool takes for what it holds, and what it writes for what is stored. */
final class Space {

    private final SpoolPeer peer;
    private final DeferredMail mail;
    private final long compactedBefore;

    Space(SpoolPeer peer, DeferredMail mail) {
        this.peer = peer;
        this.mail = mail;
        this.compactedBefore = peer.compactedBytes();
    }

    /** Bytes on disk for each byte that is live, now; files that are kept to be used again count. */
    double onDisk() {
        SpoolStats stats = peer.spool().stats();
        return (double) stats.totalBytes() / stats.liveBytes();
    }

    /** Bytes on disk that hold messages, or held them, for each byte that is live. */
    double occupied() {
        SpoolStats stats = peer.spool().stats();
        return (double) (stats.liveBytes() + stats.reclaimableBytes()) / stats.liveBytes();
    }

    /** Bytes that compaction copied since then for each byte that was stored. */
    double copied() {
        return (double) (peer.compactedBytes() - compactedBefore) / mail.storedBytes();
    }
}
