/** The command line: one class for each command. */
@NullMarked
package dev.spool.cli;

import org.jspecify.annotations.NullMarked;
