/** Child JVMs that own, probe or load a spool, for what a single process cannot show: locks, kills, hand-overs. */
@NullMarked
package dev.spool.testkit.process;

import org.jspecify.annotations.NullMarked;
