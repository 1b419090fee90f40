/** The relay's command line, and the server that is handed over. */
@NullMarked
package dev.spool.relay;

import org.jspecify.annotations.NullMarked;
