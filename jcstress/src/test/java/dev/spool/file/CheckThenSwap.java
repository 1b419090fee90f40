package dev.spool.file;

import java.util.concurrent.locks.StampedLock;
import net.bytebuddy.asm.Advice;

/** Put into a broken class: a swap looks whether the original is still there, and puts the copy in its place later. */
public final class CheckThenSwap {

    private CheckThenSwap() {}

    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(
            @Advice.FieldValue("table") LocationTable table,
            @Advice.FieldValue("lock") StampedLock lock,
            @Advice.Argument(0) long idHash,
            @Advice.Argument(1) long high,
            @Advice.Argument(2) long low,
            @Advice.Argument(3) long expected,
            @Advice.Argument(4) long location,
            @Advice.Local("same") boolean same) {
        long reading = lock.readLock();
        same = table.find(idHash, high, low) == expected;
        lock.unlockRead(reading);
        if (same) {
            long writing = lock.writeLock();
            table.put(idHash, high, low, location);
            lock.unlockWrite(writing);
        }
        return true;
    }

    @Advice.OnMethodExit
    static void exit(@Advice.Local("same") boolean same, @Advice.Return(readOnly = false) boolean swapped) {
        swapped = same;
    }
}
