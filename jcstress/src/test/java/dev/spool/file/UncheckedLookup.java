package dev.spool.file;

import net.bytebuddy.asm.Advice;

/** Put into a broken class: a lookup reads the table and does not ask whether it was changed meanwhile. */
public final class UncheckedLookup {

    private UncheckedLookup() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(
            @Advice.FieldValue("table") LocationTable table,
            @Advice.Argument(0) long idHash,
            @Advice.Argument(1) long high,
            @Advice.Argument(2) long low,
            @Advice.Local("found") long found) {
        found = table.find(idHash, high, low);
        return true;
    }

    @Advice.OnMethodExit
    static void exit(@Advice.Local("found") long found, @Advice.Return(readOnly = false) long location) {
        location = found;
    }
}
