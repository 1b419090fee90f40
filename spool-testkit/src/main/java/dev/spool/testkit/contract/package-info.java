/**
 * The contract of a spool as JUnit tests, black box through {@link dev.spool.SpoolProvider} on real directories. A backend
 * extends {@link dev.spool.testkit.contract.SpoolContractSuite} once and passes all of it.
 *
 * <p>Tests wait for conditions, never for time; where a clock matters they set it through the options of an operation. Every
 * spool that a test opens is a {@link dev.spool.testkit.contract.CheckedSpool}: closing it runs the backend's own check, and
 * damage fails the test whatever else it found.
 */
@NullMarked
package dev.spool.testkit.contract;

import org.jspecify.annotations.NullMarked;
