package dev.spool.cli.stress;

import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of bodies in bytes, both ends included; written {@code 100-5000}, or {@code 4096} for one size. */
public record SizeRange(int minBytes, int maxBytes) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,10})(?:-(\\d{1,10}))?");

    public SizeRange {
        if (minBytes < 0 || minBytes > maxBytes) {
            throw new IllegalArgumentException(
                    "sizes go from the smaller to the larger, not " + minBytes + "-" + maxBytes);
        }
    }

    /** @throws IllegalArgumentException if the text is no range of sizes, or goes past 2 GiB */
    public static SizeRange parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("sizes are written as 100-5000 or 4096, not " + text);
        }
        String max = form.group(2) == null ? form.group(1) : form.group(2);
        return new SizeRange(Integer.parseInt(form.group(1)), Integer.parseInt(max));
    }

    int pick(SplittableRandom random) {
        return minBytes == maxBytes ? minBytes : (int) random.nextLong(minBytes, maxBytes + 1L);
    }
}
