package dev.spool.handoff.protocol;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import dev.spool.Fingerprint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a frame, one after the other, as {@link FrameFormat} describes them. What ends early underflows. */
final class FrameFields {

    /** Longer texts are cut when they are sent. */
    private static final int TEXT_BYTES_MAX = 4096;

    private static final int REVISION_BYTES = 12;

    private final ByteBuffer bytes;

    FrameFields(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    ByteBuffer buffer() {
        return bytes;
    }

    FrameFields count(int value) {
        bytes.putInt(value);
        return this;
    }

    int count() {
        return bytes.getInt();
    }

    FrameFields number(long value) {
        bytes.putLong(value);
        return this;
    }

    long number() {
        return bytes.getLong();
    }

    FrameFields flag(boolean value) {
        bytes.put((byte) (value ? 1 : 0));
        return this;
    }

    boolean flag() throws ProtocolException {
        byte value = bytes.get();
        if (value != 0 && value != 1) {
            throw new ProtocolException("a flag is 0 or 1, not " + value);
        }
        return value == 1;
    }

    FrameFields role(Role role) {
        bytes.put((byte) role.code());
        return this;
    }

    Role role() throws ProtocolException {
        int code = bytes.get() & 0xff;
        Role role = Role.of(code);
        if (role == null) {
            throw new ProtocolException("there is no role " + code);
        }
        return role;
    }

    FrameFields text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        byte[] kept = encoded.length <= TEXT_BYTES_MAX ? encoded : Arrays.copyOf(encoded, TEXT_BYTES_MAX);
        bytes.putShort((short) kept.length).put(kept);
        return this;
    }

    String text() {
        int length = bytes.getShort() & 0xffff;
        require(length);
        byte[] encoded = new byte[length];
        bytes.get(encoded);
        return new String(encoded, StandardCharsets.UTF_8);
    }

    FrameFields texts(List<String> texts) {
        bytes.putShort((short) texts.size());
        texts.forEach(this::text);
        return this;
    }

    List<String> texts() {
        int count = bytes.getShort() & 0xffff;
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        return texts;
    }

    FrameFields revisions(List<LogRevision> revisions) {
        bytes.putShort((short) revisions.size());
        revisions.forEach(revision -> bytes.putInt(revision.log()).putLong(revision.revision()));
        return this;
    }

    List<LogRevision> revisions() {
        int count = bytes.getShort() & 0xffff;
        require(count * REVISION_BYTES);
        List<LogRevision> revisions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            revisions.add(new LogRevision(bytes.getInt(), bytes.getLong()));
        }
        return revisions;
    }

    FrameFields report(@Nullable SealReport report) {
        flag(report != null);
        if (report != null) {
            revisions(report.lastRevisions());
            bytes.put(report.fingerprint().toBytes());
        }
        return this;
    }

    @Nullable
    SealReport report() throws ProtocolException {
        if (!flag()) {
            return null;
        }
        List<LogRevision> revisions = revisions();
        byte[] fingerprint = new byte[Fingerprint.SIZE_BYTES];
        bytes.get(fingerprint);
        return new SealReport(revisions, Fingerprint.of(fingerprint));
    }

    private void require(int count) {
        if (count > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
    }
}
