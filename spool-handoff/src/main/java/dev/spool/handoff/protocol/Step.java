package dev.spool.handoff.protocol;

import java.util.List;

/**
 * What a role comes to by an event.
 *
 * @param state the next state
 * @param actions to be done, in this order
 */
public record Step<S, A>(S state, List<A> actions) {

    public Step {
        actions = List.copyOf(actions);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // copied, and never written to
    static <S, A> Step<S, A> to(S state, A... actions) {
        return new Step<>(state, List.of(actions));
    }
}
