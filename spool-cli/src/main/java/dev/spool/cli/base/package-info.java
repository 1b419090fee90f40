/** What the commands share: their streams, how they find a spool, how they wait for it and what they say of failures. */
@NullMarked
package dev.spool.cli.base;

import org.jspecify.annotations.NullMarked;
