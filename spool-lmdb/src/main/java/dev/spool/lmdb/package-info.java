/** The LMDB backend: messages in two memory-mapped trees that vouch for each other, one write transaction a batch. */
@NullMarked
package dev.spool.lmdb;

import org.jspecify.annotations.NullMarked;
