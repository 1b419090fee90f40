package dev.spool.file;

import dev.spool.Finding.Severity;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Checks the header of a segment file that no catalogue lists: one of the pool, or what a crash left of a life never acknowledged. */
final class UnusedSegmentCheck {

    /** The kind of its findings. */
    static final String KIND = "unused-segment";

    private final Segment segment;
    private final FileCheck.Teller teller;

    UnusedSegmentCheck(Segment segment, FileCheck.Teller teller) {
        this.segment = segment;
        this.teller = teller;
    }

    void run() throws SpoolException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        try {
            segment.reader().read(block, 0);
        } catch (IOException e) {
            throw new SpoolIoException("reading " + segment.path() + " failed: " + e.getMessage(), e);
        }
        block.clear();
        SegmentHeader.Copies copies = SegmentHeader.Copies.of(block);
        SegmentHeader either = copies.first() != null ? copies.first() : copies.second();
        boolean unfilled = block.equals(ByteBuffer.allocate(Blocks.BYTES));
        if (unfilled) {
            return;
        }
        if (copies.first() == null || copies.second() == null) {
            tell(
                    Severity.HINT,
                    (either == null ? "neither copy" : "one of the two copies")
                            + " of the header of a segment that is not in use checks out; nothing is lost, a repair"
                            + " deletes the file");
        } else if (!copies.equal()) {
            tell(Severity.NOTE, "a crash while the header was written left its two copies different; it is not in use");
        } else if (either != null && either.live()) {
            tell(
                    Severity.NOTE,
                    "life " + either.life()
                            + " of this segment is over, or was never acknowledged; its space is used again");
        }
    }

    private void tell(Severity severity, String message) {
        teller.tell(severity, KIND, segment.at(0), null, message);
    }
}
