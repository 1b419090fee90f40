package dev.spool.relay.deliver;

import java.util.List;

/**
 * What came of one attempt at delivery; whoever is in neither list has got it.
 *
 * @param deferred who may get it later
 * @param refused who never will
 * @param reason the last reply or error that was not a success; for people
 */
record Attempt(List<String> deferred, List<String> refused, String reason) {

    Attempt {
        deferred = List.copyOf(deferred);
        refused = List.copyOf(refused);
    }

    static Attempt delivered() {
        return new Attempt(List.of(), List.of(), "");
    }
}
