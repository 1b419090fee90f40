package dev.spool.file;

import net.bytebuddy.asm.Advice;

/** Put into a broken class: a copy takes the place of whatever the index holds, and not of its original alone. */
public final class BlindSwap {

    private BlindSwap() {}

    @Advice.OnMethodEnter
    static void enter(
            @Advice.FieldValue("table") LocationTable table,
            @Advice.Argument(0) long idHash,
            @Advice.Argument(1) long high,
            @Advice.Argument(2) long low,
            @Advice.Argument(value = 3, readOnly = false) long expected) {
        expected = table.find(idHash, high, low);
    }
}
