package dev.spool.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import dev.spool.Fingerprint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameFormatTest {

    private static final UUID ID = new UUID(0x0123456789abcdefL, 0xfedcba9876543210L);
    private static final SealReport REPORT = new SealReport(
            List.of(new LogRevision(0, 7), new LogRevision(1, Long.MAX_VALUE)),
            Fingerprint.parse("0123456789abcdef".repeat(4)));

    private static final List<Frame> FRAMES = List.of(
            new Frame.Hello(ID, Role.SUCCESSOR, 4711, 1, 3, "17 ä"),
            new Frame.Welcome(ID, 1),
            new Frame.Request(Frame.NO_HANDOFF),
            new Frame.Progress(ID, "on its way"),
            new Frame.Outcome(ID, true, "done"),
            new Frame.Prepare(ID, 300_000, 60_000, 4712, 1_700_000_000_000L),
            new Frame.Drained(ID, 3, true),
            new Frame.Seal(ID),
            new Frame.Sealed(ID, REPORT),
            new Frame.Failed(ID, "disk"),
            new Frame.Begin(ID, null),
            new Frame.Begin(ID, REPORT),
            new Frame.Verified(ID, REPORT),
            new Frame.Verified(ID, null),
            new Frame.Refused(ID, "mismatch"),
            new Frame.Take(ID),
            new Frame.Ready(ID, List.of("127.0.0.1:25", "[::1]:25"), false, REPORT.lastRevisions()),
            new Frame.Commit(ID),
            new Frame.Abort(ID, "too late"),
            new Frame.Resumed(ID),
            new Frame.Lost(ID, "fenced"),
            new Frame.Settled(ID),
            new Frame.Heartbeat(Frame.NO_HANDOFF));

    @Test
    void everyFrameComesOutAsItWentIn() throws ProtocolException {
        for (Frame frame : FRAMES) {
            for (Role sender : senders(frame.kind())) {
                assertThat(decode(FrameFormat.encode(frame), sender)).isEqualTo(frame);
            }
        }
        assertThat(FRAMES.stream().map(Frame::kind).distinct()).containsExactlyInAnyOrder(FrameKind.values());
    }

    @Test
    void theBytesOnTheWireAreThese() {
        byte[] bytes = FrameFormat.encode(new Frame.Drained(ID, 3, true)).array();
        assertThat(bytes)
                .asHexString()
                .isEqualToIgnoringCase(
                        "19000000" + "0100" + "07" + "00" + "0123456789abcdeffedcba9876543210" + "03000000" + "01");
    }

    @Test
    void aFrameFromAnyOtherRoleIsRefused() {
        for (Frame frame : FRAMES) {
            Stream.of(Role.values())
                    .filter(role -> !frame.kind().sentBy(role))
                    .forEach(role -> assertThatThrownBy(() -> decode(FrameFormat.encode(frame), role))
                            .isInstanceOf(ProtocolException.class)
                            .hasMessageContaining(frame.kind().name()));
        }
    }

    @Test
    void aStrangerMaySayHelloOrRefuseAndNothingElse() throws ProtocolException {
        for (Frame frame : FRAMES) {
            if (frame.kind() == FrameKind.HELLO || frame.kind() == FrameKind.REFUSED) {
                assertThat(decode(FrameFormat.encode(frame), null)).isEqualTo(frame);
            } else {
                assertThatThrownBy(() -> decode(FrameFormat.encode(frame), null))
                        .isInstanceOf(ProtocolException.class);
            }
        }
    }

    @Test
    void lengthsOutOfBoundsAreRefusedBeforeAnythingIsAllocated() throws ProtocolException {
        assertThat(FrameFormat.checkedLength(20)).isEqualTo(20);
        assertThat(FrameFormat.checkedLength(1 << 20)).isEqualTo(1 << 20);
        for (int length : new int[] {0, 19, (1 << 20) + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> FrameFormat.checkedLength(length)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void framesThatAreCutShortOrTooLongAreRefused() {
        for (Frame frame : FRAMES) {
            ByteBuffer whole = FrameFormat.encode(frame);
            Role sender = senders(frame.kind()).get(0);
            for (int length = 4; length < whole.limit(); length++) {
                ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOfRange(whole.array(), 4, length));
                assertThatThrownBy(() -> FrameFormat.decode(cut, sender))
                        .as("%s cut to %s", frame, length)
                        .isInstanceOf(ProtocolException.class);
            }
            ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOfRange(whole.array(), 4, whole.limit() + 1));
            assertThatThrownBy(() -> FrameFormat.decode(longer, sender)).hasMessageContaining("too many");
        }
    }

    @Test
    void garbageIsRefusedOrIsAFrameAndNothingElseHappens() {
        SplittableRandom random = new SplittableRandom(42);
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = FrameFormat.encode(FRAMES.get(random.nextInt(FRAMES.size())))
                    .array();
            byte[] garbage = Arrays.copyOfRange(bytes, 4, Math.max(4, bytes.length + random.nextInt(-3, 8)));
            for (int flips = random.nextInt(1, 5); flips > 0 && garbage.length > 0; flips--) {
                garbage[random.nextInt(garbage.length)] = (byte) random.nextInt();
            }
            Role sender = Role.values()[random.nextInt(Role.values().length)];
            try {
                Frame decoded = FrameFormat.decode(ByteBuffer.wrap(garbage), sender);
                assertThat(decoded.kind().sentBy(sender)).isTrue();
            } catch (ProtocolException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(25_000);
    }

    private static List<Role> senders(FrameKind kind) {
        return Stream.of(Role.values()).filter(kind::sentBy).toList();
    }

    private static Frame decode(ByteBuffer bytes, Role sender) throws ProtocolException {
        ByteBuffer in = bytes.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(FrameFormat.checkedLength(in.getInt())).isEqualTo(in.remaining());
        return FrameFormat.decode(in.slice(), sender);
    }
}
