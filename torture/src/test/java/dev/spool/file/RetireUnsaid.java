package dev.spool.file;

import java.util.Iterator;
import java.util.List;
import net.bytebuddy.asm.Advice;

/** Put into a broken class: the end of a segment's life is not said in the log. */
public final class RetireUnsaid {

    private RetireUnsaid() {}

    @Advice.OnMethodExit
    static void exit(@Advice.Return List<CatalogueRecords.Riding> riding) {
        for (Iterator<CatalogueRecords.Riding> each = riding.iterator(); each.hasNext(); ) {
            if (each.next().header().type() == FileRecord.RETIRE) {
                each.remove();
            }
        }
    }
}
