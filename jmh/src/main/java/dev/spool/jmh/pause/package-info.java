/** How long a handoff keeps clients waiting: a server and its clients in processes of their own. */
@NullMarked
package dev.spool.jmh.pause;

import org.jspecify.annotations.NullMarked;
