/** From a client's connection into the spool. */
@NullMarked
package dev.spool.relay.receive;

import org.jspecify.annotations.NullMarked;
