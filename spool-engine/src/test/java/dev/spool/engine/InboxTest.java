package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {

    private static final class Numbered extends InboxEntry {
        final int thread;
        final int number;

        Numbered(int thread, int number) {
            this.thread = thread;
            this.number = number;
        }
    }

    @Test
    void everyEntryIsPolledOnceInTheOrderOfItsThread() throws InterruptedException {
        Inbox inbox = new Inbox();
        int threads = 4;
        int each = 50_000;
        List<Thread> pushers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Thread pusher = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    inbox.push(new Numbered(thread, i));
                }
            });
            pushers.add(pusher);
            pusher.start();
        }
        int[] next = new int[threads];
        for (int polled = 0; polled < threads * each; ) {
            Numbered entry = (Numbered) inbox.poll();
            if (entry != null) {
                assertThat(entry.number).isEqualTo(next[entry.thread]++);
                polled++;
            }
        }
        for (Thread pusher : pushers) {
            pusher.join();
        }
        assertThat(inbox.poll()).isNull();
        assertThat(inbox.isEmpty()).isTrue();
    }
}
