/**
 * The contract of a durable message spool. {@link dev.spool.Spool} is the place to start; {@link dev.spool.SpoolProvider}
 * opens one. Nothing here depends on anything but the JDK.
 */
@org.jspecify.annotations.NullMarked
package dev.spool;
