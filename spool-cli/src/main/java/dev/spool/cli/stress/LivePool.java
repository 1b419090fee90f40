package dev.spool.cli.stress;

import dev.spool.cli.stress.StressOperation.LiveMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Messages that a worker may load, replace or remove: in the spool, and with no operation under way. Bounded: when it is
 * full, a message chosen at random is left to itself.
 */
final class LivePool {

    private static final int MESSAGES_MAX = 1 << 16;

    private final List<LiveMessage> messages = new ArrayList<>();
    private final SplittableRandom random;

    LivePool(SplittableRandom random) {
        this.random = random;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    void add(LiveMessage message) {
        if (messages.size() < MESSAGES_MAX) {
            messages.add(message);
        } else {
            messages.set(random.nextInt(MESSAGES_MAX), message);
        }
    }

    LiveMessage pick() {
        return messages.get(random.nextInt(messages.size()));
    }

    LiveMessage take() {
        int index = random.nextInt(messages.size());
        LiveMessage taken = messages.get(index);
        LiveMessage last = messages.remove(messages.size() - 1);
        if (index < messages.size()) {
            messages.set(index, last);
        }
        return taken;
    }
}
