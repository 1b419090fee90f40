package dev.spool.cli.base;

import java.util.concurrent.TimeUnit;

/** A line on a terminal's standard error that counts what has been done; nothing where there is no terminal. */
public final class Progress implements AutoCloseable {

    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final StandardStreams streams;
    private final String unit;
    private long shownNanos = System.nanoTime();
    private int shownLength;

    /** @param unit what is counted, such as {@code messages imported} */
    public Progress(StandardStreams streams, String unit) {
        this.streams = streams;
        this.unit = unit;
    }

    /** Shows the count, unless one was shown a moment ago. */
    public void at(long count) {
        long now = System.nanoTime();
        if (streams.errIsTerminal() && now - shownNanos > PERIOD_NANOS) {
            String text = count + " " + unit;
            streams.errText("\r" + text);
            shownNanos = now;
            shownLength = text.length();
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (shownLength > 0) {
            streams.errText("\r" + " ".repeat(shownLength) + "\r");
        }
    }
}
