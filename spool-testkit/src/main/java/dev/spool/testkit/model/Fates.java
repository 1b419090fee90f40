package dev.spool.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.testkit.disk.PowerCut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What may be under one id after a crash: what the last change that is sure made it, or what any later one did. */
final class Fates {

    private final SpoolId id;
    private final List<CompletableFuture<?>> futures = new ArrayList<>();
    private final List<Optional<Message>> states = new ArrayList<>();

    Fates(SpoolId id, @Nullable Message before) {
        this.id = id;
        states.add(Optional.ofNullable(before));
    }

    void add(CompletableFuture<?> future, @Nullable Message after) {
        futures.add(future);
        states.add(Optional.ofNullable(after));
    }

    /** @param lasting whether what was acknowledged is sure */
    void requireAllowed(Optional<Message> found, boolean lasting) {
        int sure = 0;
        for (int i = 0; i < futures.size(); i++) {
            sure = isAcknowledged(futures.get(i)) && lasting ? i + 1 : sure;
        }
        List<Optional<Message>> allowed = states.subList(sure, states.size());
        assertThat(allowed).as("what %s may hold; it holds %s", id, found).anyMatch(state -> same(state, found));
    }

    static void requireSame(SpoolId id, Optional<Message> found, Optional<Message> expected) {
        assertThat(same(found, expected))
                .as("%s holds %s and should hold %s", id, found, expected)
                .isTrue();
    }

    private static boolean isAcknowledged(CompletableFuture<?> future) {
        if (!future.isDone()) {
            return false;
        }
        Throwable failure = future.handle((done, thrown) -> thrown).join();
        assertThat(failure == null || failure instanceof PowerCut || failure instanceof SpoolInDoubtException)
                .as("an outcome that a power cut allows: %s", failure)
                .isTrue();
        return failure == null;
    }

    private static boolean same(Optional<Message> one, Optional<Message> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() && other.isEmpty();
        }
        return Arrays.equals(one.get().bodyToArray(), other.get().bodyToArray())
                && one.get().envelope().equals(other.get().envelope());
    }
}
