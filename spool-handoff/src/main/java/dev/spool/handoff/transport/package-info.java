/** Frames between the processes of one machine and one user, over Unix-domain sockets. */
@NullMarked
package dev.spool.handoff.transport;

import org.jspecify.annotations.NullMarked;
