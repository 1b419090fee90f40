package dev.spool.engine.ledger;

import dev.spool.SpoolId;
import org.jspecify.annotations.Nullable;

/**
 * One line of a ledger.
 *
 * @param step what the writer was about to do, or had been told was done
 * @param id the message concerned
 * @param body which bytes were stored; null for a removal, and only then
 */
public record LedgerLine(Step step, SpoolId id, @Nullable BodyDigest body) {

    public LedgerLine {
        if ((body == null) != step.isRemoval()) {
            throw new IllegalArgumentException(step + (body == null ? " needs a body" : " has no body"));
        }
    }

    /** What a line says, and the letter that says it. */
    public enum Step {
        STORING('s'),
        STORED('S'),
        REMOVING('r'),
        REMOVED('R');

        private final char letter;

        Step(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }

        boolean isRemoval() {
            return this == REMOVING || this == REMOVED;
        }

        boolean isAcknowledgement() {
            return this == STORED || this == REMOVED;
        }
    }
}
