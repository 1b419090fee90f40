package dev.spool.testkit.torture;

import java.util.List;

/** A way of maltreating spools. */
interface TortureMethod {

    /** As it is named on the command line. */
    String name();

    /** What it does, in a line. */
    String description();

    /** Why it cannot be run here; empty if it can. */
    default String missing() {
        return "";
    }

    /** Does it to each backend of the order to which it applies. What goes wrong is in the scores. */
    List<Score> run(Order order) throws Exception;
}
