/** The file backend, in which the log is the data and the only truth. */
@NullMarked
package dev.spool.file;

import org.jspecify.annotations.NullMarked;
