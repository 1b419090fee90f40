/** From the spool to the downstream server. */
@NullMarked
package dev.spool.relay.deliver;

import org.jspecify.annotations.NullMarked;
