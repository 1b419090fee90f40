/**
 * The local directory of a spool, whatever its backend: who it is, who owns it, and under which epoch.
 *
 * <p>Priorities, in this order: two owners never both acknowledge; a spool that is there is never taken for none; opening works
 * after a crash at any point, and on a full disk. Files:
 *
 * <ul>
 *   <li>{@code spool.identity}: see {@link Identity}; replaced by renaming.
 *   <li>{@code spool.epoch}: see {@link Epoch}; two copies, overwritten in place. Holds the identity once more.
 *   <li>{@code spool.owner}: see {@link Owner}; two copies, overwritten in place.
 *   <li>{@code spool.lock}: empty; its lock is the ownership. Never deleted, and never opened but to take the lock, because
 *       closing it anywhere in the process would give the lock away.
 * </ul>
 *
 * <p>A spool is made in the order epoch, identity, owner, each durable before the next; the backend's files come after.
 */
@NullMarked
package dev.spool.engine.directory;

import org.jspecify.annotations.NullMarked;
