package dev.spool.cli.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The date at the end of a mailbox's separator line: {@code From sender Thu Jan  1 00:00:00 1970}, in UTC unless an offset
 * stands before or after the year.
 */
final class SeparatorDate {

    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    private static final Pattern FORM = Pattern.compile(
            " (?<month>[A-Z][a-z]{2}) {1,2}(?<day>\\d{1,2}) (?<hour>\\d{2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?"
                    + "(?: (?:(?<before>[+-]\\d{4})|[A-Z]{1,5}))? (?<year>\\d{4})(?: (?<after>[+-]\\d{4}))?\\s*$");

    private SeparatorDate() {}

    /** The date, or empty if there is none in that form. */
    static Optional<Instant> parse(String separator) {
        Matcher date = FORM.matcher(separator);
        if (!date.find()) {
            return Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(date, "year"),
                    MONTHS.indexOf(date.group("month")) + 1,
                    number(date, "day"),
                    number(date, "hour"),
                    number(date, "minute"),
                    number(date, "second"));
            return Optional.of(local.toInstant(offset(date)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher date, String group) {
        String digits = date.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static ZoneOffset offset(Matcher date) {
        String offset = date.group("before") != null ? date.group("before") : date.group("after");
        return offset == null ? ZoneOffset.UTC : ZoneOffset.of(offset);
    }
}
