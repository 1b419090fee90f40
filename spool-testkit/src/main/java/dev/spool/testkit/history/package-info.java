/**
 * What many threads did to one message at the same time, and whether there is an order in which they could have done it one by one.
 */
@NullMarked
package dev.spool.testkit.history;

import org.jspecify.annotations.NullMarked;
