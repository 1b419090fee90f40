/** Contract suite, reference model and faulty disk for the tests of a backend. */
@NullMarked
package dev.spool.testkit;

import org.jspecify.annotations.NullMarked;
