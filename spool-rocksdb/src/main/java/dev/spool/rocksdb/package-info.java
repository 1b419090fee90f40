/** The RocksDB backend: one database a shard, one synced write batch a commit, values that carry checksums of our own. */
@NullMarked
package dev.spool.rocksdb;

import org.jspecify.annotations.NullMarked;
