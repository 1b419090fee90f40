package dev.spool.testkit.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an operation on one message did and answered; each says from which state that is possible, and to which it leads. */
public sealed interface Outcome {

    /**
     * Whether the operation can have answered this when the message was so.
     *
     * @param before null if there was no message
     */
    boolean possibleAfter(@Nullable Content before);

    /** The message after the operation; null if there is none. */
    default @Nullable Content appliedTo(@Nullable Content before) {
        return before;
    }

    /** A store completed. */
    record Stored(int number) implements Outcome {
        @Override
        public boolean possibleAfter(@Nullable Content before) {
            return true;
        }

        @Override
        public Content appliedTo(@Nullable Content before) {
            return new Content(number, number);
        }
    }

    /** An update of the envelope completed, and said whether there was a message. */
    record Updated(int number, boolean found) implements Outcome {
        @Override
        public boolean possibleAfter(@Nullable Content before) {
            return found == (before != null);
        }

        @Override
        public @Nullable Content appliedTo(@Nullable Content before) {
            return before == null ? null : new Content(before.body(), number);
        }
    }

    /** A remove completed, and said whether there was a message. */
    record Removed(boolean found) implements Outcome {
        @Override
        public boolean possibleAfter(@Nullable Content before) {
            return found == (before != null);
        }

        @Override
        public @Nullable Content appliedTo(@Nullable Content before) {
            return null;
        }
    }

    /** A load found this; null if it found nothing. */
    record Loaded(@Nullable Content content) implements Outcome {
        @Override
        public boolean possibleAfter(@Nullable Content before) {
            return Objects.equals(content, before);
        }
    }

    /** A load of the envelope alone found the one of this number; null if it found nothing. */
    record EnvelopeLoaded(@Nullable Integer number) implements Outcome {
        @Override
        public boolean possibleAfter(@Nullable Content before) {
            return Objects.equals(number, before == null ? null : before.envelope());
        }
    }

    /**
     * Something was put in the place of something, whatever that was, and the answer says what that was.
     *
     * @param before null if nothing was there
     * @param after null if nothing is left; as {@code before} of a call that only looked
     */
    record Exchanged(@Nullable Integer before, @Nullable Integer after) implements Outcome {
        @Override
        public boolean possibleAfter(@Nullable Content present) {
            return Objects.equals(before, present == null ? null : present.body());
        }

        @Override
        public @Nullable Content appliedTo(@Nullable Content present) {
            return after == null ? null : new Content(after, after);
        }
    }

    /** Something was to be put in the place of that, and something else, or nothing, was there. */
    record Differed(int expected) implements Outcome {
        @Override
        public boolean possibleAfter(@Nullable Content present) {
            return present == null || present.body() != expected;
        }
    }
}
