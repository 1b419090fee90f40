package dev.spool.jmh.peer;

import dev.spool.SpoolOptions;
import java.io.IOException;
import java.nio.file.Path;

/** The peers by their names. */
public enum Peers {
    /** A write and a sync for each message, without group commit. */
    DIRECT("direct", "bare write and sync"),
    /** Group commit into recycled files and nothing else. */
    BARE("bare", "the bare limit"),
    /** The same into files that it fills itself. */
    BARE_FILLING("bare-filling", "the bare limit, filling its files"),
    FILE("file", "spool, file backend"),
    ROCKSDB("rocksdb", "spool, RocksDB backend"),
    LMDB("lmdb", "spool, LMDB backend"),
    PLAIN_ROCKSDB("plain-rocksdb", "plain RocksDB"),
    PLAIN_LMDB("plain-lmdb", "plain LMDB"),
    ARTEMIS("artemis", "Artemis NIO journal"),
    FILE_PER_MESSAGE("files", "one file per message");

    private final String key;
    private final String title;

    Peers(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** As the benchmarks' parameter {@code peer} has it. */
    public String key() {
        return key;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** Whether it is a spool. */
    public boolean isSpool() {
        return this == FILE || this == ROCKSDB || this == LMDB;
    }

    /** Whether messages can be read from it. */
    public boolean loads() {
        return isSpool() || this == PLAIN_ROCKSDB || this == PLAIN_LMDB || this == FILE_PER_MESSAGE;
    }

    /** Whether a store can be waited for later. */
    public boolean pipelines() {
        return isSpool() || this == BARE || this == BARE_FILLING || this == ARTEMIS;
    }

    /** The one of that name. */
    public static Peers named(String key) {
        for (Peers peer : values()) {
            if (peer.key.equals(key)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("no peer is called " + key);
    }

    /** Opens one in an empty directory. */
    public Peer open(Path directory) throws IOException {
        return switch (this) {
            case DIRECT -> new DirectWrite(directory);
            case BARE -> new BarePeer(new RecycledFiles(directory));
            case BARE_FILLING -> new BarePeer(new FilledFiles(directory));
            case FILE, ROCKSDB, LMDB -> new SpoolPeer(key, directory, SpoolOptions.DEFAULTS);
            case PLAIN_ROCKSDB -> new PlainRocks(directory);
            case PLAIN_LMDB -> new PlainLmdb(directory);
            case ARTEMIS -> new ArtemisJournal(directory);
            case FILE_PER_MESSAGE -> new FilePerMessage(directory);
        };
    }
}
