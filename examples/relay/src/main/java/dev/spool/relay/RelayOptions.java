package dev.spool.relay;

import dev.spool.relay.deliver.Deliveries;
import dev.spool.relay.deliver.RetryTimes;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a relay works.
 *
 * @param hostName how it calls itself
 * @param bytesMax largest message, in bytes; up to 1 GiB. It is held in memory while it comes in
 * @param route where its mail goes
 * @param retries when it goes there again
 * @param undeliverable directory for what never will
 * @param grace how long mail transactions and deliveries may go on once a handoff or the end has begun
 */
public record RelayOptions(
        String hostName, int bytesMax, Deliveries.Route route, RetryTimes retries, Path undeliverable, Duration grace) {

    private static final int BYTES_LIMIT = 1 << 30;

    public RelayOptions {
        if (bytesMax < 1 || bytesMax > BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "the largest message is from 1 to " + BYTES_LIMIT + " bytes, not " + bytesMax);
        }
    }
}
