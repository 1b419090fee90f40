/** Finds messages in files of mail programs: single messages, Maildirs, mailboxes. */
@NullMarked
package dev.spool.cli.mail;

import org.jspecify.annotations.NullMarked;
