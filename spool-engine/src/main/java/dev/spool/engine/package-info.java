/** The engine: acknowledgement, deadlines, health and ownership, over a backend SPI. */
@NullMarked
package dev.spool.engine;

import org.jspecify.annotations.NullMarked;
