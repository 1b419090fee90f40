/** Both ends of a relay, to try it with: clients that send without a pause, and a downstream server that counts. */
@NullMarked
package dev.spool.relay.load;

import org.jspecify.annotations.NullMarked;
