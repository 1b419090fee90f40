package dev.spool.handoff.protocol;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A frame on the wire, little-endian:
 *
 * <pre>
 *  0  u32  bytes that follow, 20 to 1 MiB
 *  4  u16  version of the protocol, 1
 *  6  u8   kind, as {@link FrameKind} numbers them
 *  7  u8   0
 *  8  16   handoff id, big-endian; zeros if it belongs to none
 * 24       fields of the kind, in the order of the record's components
 * </pre>
 *
 * <p>Fields: {@code int} u32, {@code long} u64, {@code boolean} u8 (0 or 1), text u16 bytes and UTF-8, list u16 count and elements, role u8,
 * revision {@code u32 log | u64 revision}, seal report {@code u8 there | list of revisions | 32 fingerprint}, nothing after the
 * first byte if it is not there.
 *
 * <p>Whatever else is refused: a length out of bounds before anything is allocated for it, another version, an unknown kind, a
 * kind that the sender's role does not send, bytes missing or left over.
 */
public final class FrameFormat {

    /** The one version of the protocol there is. */
    public static final int VERSION = 1;

    public static final int LENGTH_BYTES = 4;
    /** Most bytes after the length. */
    public static final int BYTES_MAX = 1 << 20;

    private static final int HEADER_BYTES = 20;
    private static final int FIRST_TRY_BYTES = 1 << 10;

    private FrameFormat() {}

    /** Encodes a frame, length first. */
    public static ByteBuffer encode(Frame frame) {
        for (int size = FIRST_TRY_BYTES; ; size *= 2) {
            try {
                return encode(frame, size);
            } catch (BufferOverflowException e) {
                if (size >= BYTES_MAX) {
                    throw new IllegalArgumentException(frame.kind() + " is larger than " + BYTES_MAX + " bytes", e);
                }
            }
        }
    }

    private static ByteBuffer encode(Frame frame, int size) {
        FrameFields out = new FrameFields(ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN));
        ByteBuffer bytes = out.buffer();
        bytes.putInt(0).putShort((short) VERSION);
        bytes.put((byte) frame.kind().code()).put((byte) 0);
        bytes.order(ByteOrder.BIG_ENDIAN);
        bytes.putLong(frame.handoff().getMostSignificantBits());
        bytes.putLong(frame.handoff().getLeastSignificantBits());
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        fields(frame, out);
        bytes.flip();
        bytes.putInt(0, bytes.limit() - LENGTH_BYTES);
        return ByteBuffer.allocate(bytes.limit()).put(bytes).flip();
    }

    private static void fields(Frame frame, FrameFields out) {
        if (frame instanceof Frame.Hello hello) {
            out.role(hello.role()).number(hello.pid());
            out.count(hello.protocolMin()).count(hello.protocolMax()).text(hello.build());
        } else if (frame instanceof Frame.Welcome welcome) {
            out.count(welcome.protocol());
        } else if (frame instanceof Frame.Progress progress) {
            out.text(progress.text());
        } else if (frame instanceof Frame.Outcome outcome) {
            out.flag(outcome.committed()).text(outcome.text());
        } else if (frame instanceof Frame.Prepare prepare) {
            out.number(prepare.remainingMillis()).number(prepare.graceMillis());
            out.number(prepare.successorPid()).number(prepare.successorStart());
        } else if (frame instanceof Frame.Drained drained) {
            out.count(drained.connectionsRemaining()).flag(drained.acceptClosed());
        } else if (frame instanceof Frame.Sealed sealed) {
            out.report(sealed.report());
        } else if (frame instanceof Frame.Failed failed) {
            out.text(failed.reason());
        } else if (frame instanceof Frame.Begin begin) {
            out.report(begin.expected());
        } else if (frame instanceof Frame.Verified verified) {
            out.report(verified.found());
        } else if (frame instanceof Frame.Refused refused) {
            out.text(refused.reason());
        } else if (frame instanceof Frame.Ready ready) {
            out.texts(ready.listeningOn()).flag(ready.healthy()).revisions(ready.revisions());
        } else if (frame instanceof Frame.Abort abort) {
            out.text(abort.reason());
        } else if (frame instanceof Frame.Lost lost) {
            out.text(lost.reason());
        }
    }

    /**
     * The bytes that follow a length.
     *
     * @throws ProtocolException if no frame has that many
     */
    public static int checkedLength(int length) throws ProtocolException {
        if (length < HEADER_BYTES || length > BYTES_MAX) {
            throw new ProtocolException("a frame has " + HEADER_BYTES + " to " + BYTES_MAX
                    + " bytes after its length, not " + Integer.toUnsignedString(length));
        }
        return length;
    }

    /**
     * Decodes what follows the length.
     *
     * @param sender the role of whoever sent it; null if it has yet to say, as {@link Frame.Hello} does; a successor that will not take over may say so
     *     by {@link Frame.Refused} instead
     */
    public static Frame decode(ByteBuffer bytes, @Nullable Role sender) throws ProtocolException {
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        try {
            int version = in.getShort() & 0xffff;
            int code = in.get() & 0xff;
            int zero = in.get();
            in.order(ByteOrder.BIG_ENDIAN);
            UUID handoff = new UUID(in.getLong(), in.getLong());
            in.order(ByteOrder.LITTLE_ENDIAN);
            FrameKind kind = FrameKind.of(code);
            if (version != VERSION || kind == null || zero != 0) {
                throw new ProtocolException("version " + version + ", kind " + code + ", reserved " + zero
                        + ": no frame of version " + VERSION);
            }
            if (sender == null ? !kind.comesFirst() : !kind.sentBy(sender)) {
                throw new ProtocolException(
                        kind + " is nothing that " + (sender == null ? "a stranger" : sender) + " sends");
            }
            Frame frame = frame(kind, handoff, new FrameFields(in));
            if (in.hasRemaining()) {
                throw new ProtocolException(in.remaining() + " bytes too many in " + kind);
            }
            return frame;
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("a frame of " + bytes.remaining() + " bytes ends too early");
        }
    }

    private static Frame frame(FrameKind kind, UUID id, FrameFields in) throws ProtocolException {
        return switch (kind) {
            case HELLO -> new Frame.Hello(id, in.role(), in.number(), in.count(), in.count(), in.text());
            case WELCOME -> new Frame.Welcome(id, in.count());
            case REQUEST -> new Frame.Request(id);
            case PROGRESS -> new Frame.Progress(id, in.text());
            case OUTCOME -> new Frame.Outcome(id, in.flag(), in.text());
            case PREPARE -> new Frame.Prepare(id, in.number(), in.number(), in.number(), in.number());
            case DRAINED -> new Frame.Drained(id, in.count(), in.flag());
            case SEAL -> new Frame.Seal(id);
            case SEALED -> new Frame.Sealed(id, required(in.report()));
            case FAILED -> new Frame.Failed(id, in.text());
            case BEGIN -> new Frame.Begin(id, in.report());
            case VERIFIED -> new Frame.Verified(id, in.report());
            case REFUSED -> new Frame.Refused(id, in.text());
            case TAKE -> new Frame.Take(id);
            case READY -> ready(id, in.texts(), in.flag(), in.revisions());
            case COMMIT -> new Frame.Commit(id);
            case ABORT -> new Frame.Abort(id, in.text());
            case RESUMED -> new Frame.Resumed(id);
            case LOST -> new Frame.Lost(id, in.text());
            case SETTLED -> new Frame.Settled(id);
            case HEARTBEAT -> new Frame.Heartbeat(id);
        };
    }

    private static Frame ready(UUID id, List<String> listeningOn, boolean healthy, List<LogRevision> revisions) {
        return new Frame.Ready(id, listeningOn, healthy, revisions);
    }

    private static SealReport required(@Nullable SealReport report) throws ProtocolException {
        if (report == null) {
            throw new ProtocolException("SEALED without a report");
        }
        return report;
    }
}
