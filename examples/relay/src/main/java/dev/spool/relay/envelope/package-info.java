/** What the relay keeps beside each message: who it is from, who still has to get it, and when to try next. */
@NullMarked
package dev.spool.relay.envelope;

import org.jspecify.annotations.NullMarked;
