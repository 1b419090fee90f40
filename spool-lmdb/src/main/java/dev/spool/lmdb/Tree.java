package dev.spool.lmdb;

import java.nio.charset.StandardCharsets;

/** The trees in a file. Catalogue and records vouch for each other: what one of them has lost, the other one names. */
enum Tree {
    /** Id to the newest version's header, see {@link CatalogueEntry}. */
    CATALOGUE("catalogue"),
    /** Bodies and envelopes, see {@link Keys}. */
    RECORDS("records"),
    /** What is kept of the log as a whole, see {@link LogState}. */
    STATE("state");

    private final String label;

    Tree(String label) {
        this.label = label;
    }

    byte[] bytes() {
        return label.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return label;
    }
}
