package dev.spool.engine.directory;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a directory or owned it last. In {@code spool.owner}, two copies as {@link TwinFile} draws them, replaced when
 * ownership begins and when it ends cleanly. The payload, little-endian:
 *
 * <pre>
 *  0  u8   state: 1 owned, 2 released
 *  1  u8   0
 *  2  u16  bytes of the host's name
 *  4  u16  bytes of the boot id
 *  6  u16  bytes of the namespace
 *  8  u16  bytes of the engine's
 * 10  6    0
 * 16  u64  pid
 * 24  u64  start of the process
 * 32  32   fingerprint, zeros while owned
 * 64       host, boot id and namespace in UTF-8, then the engine's bytes
 * </pre>
 *
 * @param epoch under which it owned
 * @param fingerprint of what was sealed; null while owned
 * @param blob what the engine wanted to find again after a clean release; empty while owned
 */
public record Owner(
        State state,
        long epoch,
        ProcessIdentity process,
        @Nullable Fingerprint fingerprint,
        ByteBuffer blob) {

    /** Most bytes of {@link #blob()}. */
    public static final int BLOB_BYTES_MAX = 2048;

    private static final int FIXED_BYTES = 64;
    private static final int TEXT_MAX = 255;

    /** Whether an owner is at work or has finished cleanly. */
    public enum State {
        OWNED,
        RELEASED
    }

    public Owner {
        if (blob.remaining() > BLOB_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the owner file takes " + BLOB_BYTES_MAX + " bytes of the engine's, not " + blob.remaining());
        }
        blob = blob.asReadOnlyBuffer();
    }

    /** A view of its own position. */
    @Override
    public ByteBuffer blob() {
        return blob.duplicate();
    }

    /**
     * Whether that process certainly runs no longer: it ran on this host, and in an earlier boot of it, or in this one and its
     * pid is gone or now another process's. Never true for this process itself, or where the platform does not tell.
     */
    public boolean isProvablyDead(Processes processes) {
        ProcessIdentity self = processes.self();
        if (!process.host().equals(self.host())
                || process.boot().isEmpty()
                || self.boot().isEmpty()) {
            return false;
        }
        if (!process.boot().equals(self.boot())) {
            return true;
        }
        return process.namespace().equals(self.namespace()) && !processes.mayRun(process.pid(), process.start());
    }

    /** What is in an owner file; each null if damaged or not there. */
    record Reading(TwinFile.Copies copies, @Nullable Owner newest) {}

    static Reading read(Disk disk, Path directory) throws SpoolException {
        TwinFile file = file(disk, directory);
        TwinFile.Copies found = Io.uninterrupted("read", file.path(), file::read);
        TwinFile.Copies copies = new TwinFile.Copies(found.exists(), valid(found.first()), valid(found.second()));
        TwinFile.Copy newest = copies.newest();
        return new Reading(copies, newest == null ? null : decode(newest));
    }

    /** Replaces what is in the file; durable when this returns. */
    void write(Disk disk, Path directory) throws SpoolException {
        TwinFile file = file(disk, directory);
        Io.run("write", file.path(), () -> {
            TwinFile.Copies before = read(disk, directory).copies();
            TwinFile.Copy newest = before.newest();
            file.write(before, new TwinFile.Copy(epoch, newest == null ? 1 : newest.sequence() + 1, encode()));
        });
    }

    private static TwinFile file(Disk disk, Path directory) {
        return new TwinFile(disk, directory.resolve(Layout.OWNER), "SPOOLOW");
    }

    private static TwinFile.@Nullable Copy valid(TwinFile.@Nullable Copy copy) {
        return copy != null && decode(copy) != null ? copy : null;
    }

    private ByteBuffer encode() {
        byte[] host = text(process.host());
        byte[] boot = text(process.boot());
        byte[] namespace = text(process.namespace());
        ByteBuffer out = ByteBuffer.allocate(
                        FIXED_BYTES + host.length + boot.length + namespace.length + blob.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) (state == State.OWNED ? 1 : 2));
        out.putShort((short) host.length).putShort((short) boot.length).putShort((short) namespace.length);
        out.putShort((short) blob.remaining()).putShort((short) 0).putInt(0);
        out.putLong(process.pid()).putLong(process.start());
        out.put(fingerprint != null ? fingerprint.toBytes() : new byte[Fingerprint.SIZE_BYTES]);
        out.put(host).put(boot).put(namespace).put(blob());
        return out.flip();
    }

    /** Null for bytes that are none, whatever their checksum says. */
    private static @Nullable Owner decode(TwinFile.Copy copy) {
        ByteBuffer in = copy.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < FIXED_BYTES) {
            return null;
        }
        int state = in.getShort();
        int hostBytes = in.getShort() & 0xffff;
        int bootBytes = in.getShort() & 0xffff;
        int namespaceBytes = in.getShort() & 0xffff;
        int blobBytes = in.getShort() & 0xffff;
        in.position(16);
        long pid = in.getLong();
        long start = in.getLong();
        byte[] fingerprint = new byte[Fingerprint.SIZE_BYTES];
        in.get(fingerprint);
        if ((state != 1 && state != 2)
                || blobBytes > BLOB_BYTES_MAX
                || in.remaining() < hostBytes + bootBytes + namespaceBytes + blobBytes) {
            return null;
        }
        ProcessIdentity process =
                new ProcessIdentity(text(in, hostBytes), text(in, bootBytes), text(in, namespaceBytes), pid, start);
        ByteBuffer blob = in.slice(in.position(), blobBytes);
        return state == 1
                ? new Owner(State.OWNED, copy.epoch(), process, null, blob)
                : new Owner(State.RELEASED, copy.epoch(), process, Fingerprint.of(fingerprint), blob);
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= TEXT_MAX ? bytes : Arrays.copyOf(bytes, TEXT_MAX);
    }

    private static String text(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The fingerprint of a released directory. */
    public Optional<Fingerprint> sealed() {
        return Optional.ofNullable(fingerprint);
    }

    @Override
    public String toString() {
        return process + " (" + (state == State.OWNED ? "owner" : "released it") + " under epoch " + epoch + ")";
    }
}
