/**
 * The handoff as pure functions: for each of the three roles, state and event to next state and actions. No thread, no clock, no
 * file, no socket: a test drives all three through every order of frames, deaths and timeouts.
 */
@NullMarked
package dev.spool.handoff.protocol;

import org.jspecify.annotations.NullMarked;
