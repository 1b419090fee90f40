package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a child that checks says, line by line: {@code at WHERE}, {@code found SEVERITY KIND PATH OFFSET ID MESSAGE}, {@code failed
 * MESSAGE} and at last {@code done} with the report. Texts are in Base64, so that nothing in them ends a line.
 */
final class CheckLines {

    static final String AT = "at";
    static final String FOUND = "found";
    static final String FAILED = "failed";
    static final String DONE = "done";

    private static final String NONE = "-";

    private CheckLines() {}

    static String at(String where) {
        return AT + " " + encode(where);
    }

    static String failed(String message) {
        return FAILED + " " + encode(message);
    }

    static String found(Finding finding) {
        SpoolId id = finding.id();
        return String.join(
                " ",
                FOUND,
                finding.severity().name(),
                encode(finding.kind()),
                encode(finding.path()),
                Long.toString(finding.offset()),
                id == null ? NONE : id.toString(),
                encode(finding.message()));
    }

    static String done(CheckReport report) {
        return String.join(
                " ",
                DONE,
                Long.toString(report.entries()),
                Long.toString(report.damaged()),
                Long.toString(report.hints()),
                Boolean.toString(report.complete()));
    }

    static String text(String[] words) {
        return decode(words[1]);
    }

    static Finding finding(String[] words) {
        @Nullable SpoolId id = words[5].equals(NONE) ? null : SpoolId.parse(words[5]);
        return new Finding(
                Finding.Severity.valueOf(words[1]),
                decode(words[2]),
                decode(words[3]),
                Long.parseLong(words[4]),
                id,
                decode(words[6]),
                false);
    }

    static CheckReport report(String[] words, long quarantined) {
        return new CheckReport(
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                quarantined,
                false,
                Boolean.parseBoolean(words[4]));
    }

    private static String encode(String text) {
        return "=" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String word) {
        return new String(Base64.getDecoder().decode(word.substring(1)), StandardCharsets.UTF_8);
    }
}
