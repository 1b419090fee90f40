package dev.spool.torture;

import java.io.IOException;
import net.bytebuddy.asm.Advice;

/** What is put into broken classes. Each is copied into the method that it breaks, and is not called itself. */
final class BrokenCode {

    private BrokenCode() {}

    /** Does nothing, and answers false, 0 or null. */
    static final class Nothing {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    /** Answers true, whatever the method finds. */
    static final class AlwaysTrue {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean answer) {
            answer = true;
        }
    }

    /** Takes a failed operation of the disk for one that worked. */
    static final class Swallow {
        @Advice.OnMethodExit(onThrowable = IOException.class)
        static void exit(@Advice.Thrown(readOnly = false) Throwable failure) {
            failure = null;
        }
    }

    /** Takes the first argument for false. */
    static final class FirstIsFalse {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) boolean first) {
            first = false;
        }
    }

    /** Defers the sync of every commit, whatever the spool was opened with. */
    static final class Deferred {
        @Advice.OnMethodExit
        static void exit(@Advice.FieldValue(value = "deferred", readOnly = false) boolean deferred) {
            deferred = true;
        }
    }

    /** Cuts a segment off behind all that may stand in it. */
    static final class CutNothing {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.Argument(value = 0, readOnly = false) int end, @Advice.FieldValue("sizeBytes") int sizeBytes) {
            end = sizeBytes;
        }
    }

    /** Knows of no evidence that a batch was whole once. */
    static final class NoEvidence {
        @Advice.OnMethodExit
        static void exit(@Advice.FieldValue(value = "evidence", readOnly = false) long evidence) {
            evidence = 0;
        }
    }
}
