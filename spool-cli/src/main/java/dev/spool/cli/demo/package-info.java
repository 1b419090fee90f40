/** The main job of a spool from end to end, on the example messages. */
@NullMarked
package dev.spool.cli.demo;

import org.jspecify.annotations.NullMarked;
