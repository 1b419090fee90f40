package dev.spool.engine.directory;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.BackendContext;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ownership epoch that this process has raised, and the check whether it still counts. In {@code spool.epoch}, two copies
 * as {@link TwinFile} draws them; the payload, little-endian:
 *
 * <pre>
 * 0  u16  bytes of the identity
 * 2  u16  bytes of the note
 * 4  u32  0
 * 8       identity, as {@link Identity} draws it
 *         note of the backend's, at most 2560 bytes
 * </pre>
 *
 * <p>Every new owner raises the epoch before it writes anything else. It never goes back. The file is overwritten in place for
 * as long as it exists, so that whoever has it open sees a successor. Safe for any number of threads.
 */
final class Epoch implements Closeable {

    private static final int FIXED_BYTES = 8;
    /** How long the file may be gone from its path before that is noticed; looking is too dear for every commit. */
    private static final long PATH_CHECK_NANOS = 10_000_000;

    private static final int READS = 4;
    private static final int RAISES = 8;

    private final Disk disk;
    private final EngineClock clock;
    private final TwinFile file;
    private final Identity identity;
    private final long value;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile ByteBuffer note;

    /** Guards what follows. */
    private final ReentrantLock checking = new ReentrantLock();

    private final DiskFile reader;
    private final String key;
    private final ByteBuffer found = ByteBuffer.allocateDirect(TwinFile.FILE_BYTES);
    private ByteBuffer expected;
    private long pathChecked;
    private String why = "";

    private Epoch(Site site, Identity identity, TwinFile file, TwinFile.Copy mine, ByteBuffer note)
            throws SpoolException {
        this.disk = site.disk();
        this.clock = site.clock();
        this.file = file;
        this.identity = identity;
        this.value = mine.epoch();
        this.note = note;
        this.expected = file.encode(mine);
        this.reader = Io.uninterrupted("open", file.path(), () -> disk.openForReading(file.path()));
        this.key = Io.uninterrupted("look at", file.path(), () -> disk.fileKey(file.path()));
        this.pathChecked = clock.nanoTime();
    }

    /** What a valid copy says. */
    record Content(long epoch, Identity identity, ByteBuffer note) {}

    /** What is in an epoch file; newest is null if both copies are damaged or there is no file. */
    record Reading(TwinFile.Copies copies, @Nullable Content newest) {}

    static Reading read(Disk disk, Path directory) throws SpoolException {
        TwinFile file = file(disk, directory);
        TwinFile.Copies copies = valid(Io.uninterrupted("read", file.path(), file::read));
        TwinFile.Copy newest = copies.newest();
        return new Reading(copies, newest == null ? null : decode(newest));
    }

    /**
     * Raises the epoch above what was found and above {@code floor}; durable in both copies when this returns. Keeps the note,
     * if it is of the same store.
     */
    static Epoch raise(Site site, Reading before, Identity identity, long floor) throws SpoolException {
        TwinFile file = file(site.disk(), site.directory());
        Content content = before.newest();
        long highest = Math.max(content == null ? 0 : content.epoch(), floor);
        if (highest == Long.MAX_VALUE) {
            throw new SpoolCorruptException(null, file.path().toString(), "epoch " + highest + " cannot be raised");
        }
        TwinFile.Copy newest = before.copies().newest();
        boolean same = content != null && content.identity().storeId().equals(identity.storeId());
        ByteBuffer note = same && content != null ? content.note() : ByteBuffer.allocate(0);
        TwinFile.Copy mine =
                new TwinFile.Copy(highest + 1, newest == null ? 1 : newest.sequence() + 1, encode(identity, note));
        Io.run("raise the epoch in", file.path(), () -> writeUntilBothAreMine(file, before.copies(), mine));
        return new Epoch(site, identity, file, mine, note);
    }

    /**
     * Whoever has lost the lock may be stopped with a write of its note still to come, and that write may come over the first copy
     * while the second is not raised yet, so that its next look still finds its own epoch. Once both copies have stood raised together,
     * its next look finds a raised one, whichever copy it has written over. Whoever raises may have lost the lock himself, and finds
     * that before he writes again.
     */
    private static void writeUntilBothAreMine(TwinFile file, TwinFile.Copies before, TwinFile.Copy mine)
            throws IOException, SpoolException {
        TwinFile.Copies found = before;
        for (int i = 0; i < RAISES; i++) {
            file.write(found, mine, () -> requireNoOther(file, valid(file.read()), mine));
            found = valid(file.read());
            if (found.bothAre(mine)) {
                return;
            }
            requireNoOther(file, found, mine);
        }
        throw new SpoolIoException("epoch " + mine.epoch() + " was written to " + file.path() + " " + RAISES
                + " times, and its two copies read back as " + epochs(found)
                + "; another process writes to that file, or the disk does not keep what it takes; end what else uses this"
                + " directory, and look at the kernel's log");
    }

    /** Superseded owners are at lower epochs: whoever is not has raised the epoch since this one looked. */
    private static void requireNoOther(TwinFile file, TwinFile.Copies found, TwinFile.Copy mine)
            throws SpoolFencedException {
        TwinFile.Copy newest = found.newest();
        if (newest != null && newest.epoch() >= mine.epoch() && !newest.equals(mine)) {
            throw new SpoolFencedException("another process has raised the epoch in " + file.path() + " to "
                    + newest.epoch() + " while this one raised it to " + mine.epoch()
                    + ": the lock was lost; open the directory afresh");
        }
    }

    private static String epochs(TwinFile.Copies copies) {
        return Stream.of(Optional.ofNullable(copies.first()), Optional.ofNullable(copies.second()))
                .map(copy -> copy.map(it -> "epoch " + it.epoch()).orElse("damaged"))
                .collect(Collectors.joining(" and "));
    }

    /**
     * Takes up an epoch that this process raised before; writes nothing.
     *
     * @throws SpoolFencedException if it moved
     */
    static Epoch resume(Site site, Identity identity, long value) throws SpoolException {
        TwinFile file = file(site.disk(), site.directory());
        Reading found = read(site.disk(), site.directory());
        TwinFile.Copy newest = found.copies().newest();
        Content content = found.newest();
        if (newest == null || content == null || !isMine(content, identity, value)) {
            throw fenced(file.path(), value, describe(found));
        }
        return new Epoch(site, identity, file, newest, content.note());
    }

    /** Whether the epoch in the directory is no longer this one of that store. Reads the file; nothing needs to be open. */
    static boolean overtaken(Site site, Identity identity, long value) throws SpoolException {
        Content content = read(site.disk(), site.directory()).newest();
        return content == null || !isMine(content, identity, value);
    }

    long value() {
        return value;
    }

    /** The backend's note, read-only. */
    ByteBuffer note() {
        return note.asReadOnlyBuffer();
    }

    /**
     * Replaces the note; durable in both copies when this returns. Whoever has lost the lock may be stopped between a look at the
     * epoch and the write that follows, and find another's epoch below his pen: there is a look before each of the two copies, so that
     * an epoch that was raised meanwhile keeps one of them, which counts.
     *
     * @throws SpoolFencedException if the epoch has moved
     */
    void writeNote(ByteBuffer value) throws SpoolException {
        if (value.remaining() > BackendContext.NOTE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a note has " + BackendContext.NOTE_BYTES_MAX + " bytes at most, not " + value.remaining());
        }
        ByteBuffer copy =
                ByteBuffer.allocate(value.remaining()).put(value.duplicate()).flip();
        writing.lock();
        try {
            Io.run("write the note to", file.path(), () -> {
                requireMine();
                TwinFile.Copies before = valid(file.read());
                TwinFile.Copy newest = before.newest();
                TwinFile.Copy mine = new TwinFile.Copy(
                        this.value, newest == null ? 1 : newest.sequence() + 1, encode(identity, copy));
                file.write(before, mine, this::requireMine);
                expect(file.encode(mine));
                note = copy;
            });
        } finally {
            writing.unlock();
        }
    }

    private void expect(ByteBuffer bytes) {
        checking.lock();
        try {
            expected = bytes;
        } finally {
            checking.unlock();
        }
    }

    /** @throws SpoolFencedException unless {@link #stillMine()} */
    void requireMine() throws SpoolException {
        if (!stillMine()) {
            throw fenced(file.path(), value, why());
        }
    }

    /** Why the last check failed. */
    private String why() {
        checking.lock();
        try {
            return why;
        } finally {
            checking.unlock();
        }
    }

    /**
     * Whether nobody has raised the epoch since. One positional read of 8 KiB and a comparison; allocates nothing as long as
     * the file is as this process left it. That another file has been put in its place is noticed within 10 ms.
     *
     * @throws SpoolIoException if the file cannot be read
     */
    boolean stillMine() throws SpoolException {
        checking.lock();
        try {
            readBoth();
            return (found.equals(expected) || newestIsMine()) && pathIsMine();
        } catch (NoSuchFileException e) {
            why = "the file is gone";
            return false;
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw new SpoolIoException("cannot check the epoch in " + file.path() + ": " + e, e);
        } finally {
            checking.unlock();
        }
    }

    private void readBoth() throws IOException {
        found.clear();
        reader.read(found, 0);
        found.flip();
    }

    /** A note on its way, a damaged copy, or a successor. */
    private boolean newestIsMine() throws IOException, SpoolException {
        TwinFile.Copies copies = valid(file.parse(found));
        for (int i = 1; i < READS && copies.newest() == null; i++) {
            readBoth();
            copies = valid(file.parse(found));
        }
        TwinFile.Copy newest = copies.newest();
        Content content = newest == null ? null : decode(newest);
        if (content != null && isMine(content, identity, value)) {
            return true;
        }
        why = describe(new Reading(copies, content));
        return false;
    }

    private boolean pathIsMine() throws IOException {
        long now = clock.nanoTime();
        if (now - pathChecked < PATH_CHECK_NANOS) {
            return true;
        }
        if (!disk.fileKey(file.path()).equals(key)) {
            why = "another file is in its place";
            return false;
        }
        pathChecked = now;
        return true;
    }

    private static boolean isMine(Content content, Identity identity, long value) {
        return content.epoch() == value && content.identity().storeId().equals(identity.storeId());
    }

    private static String describe(Reading reading) {
        Content newest = reading.newest();
        if (newest == null) {
            return reading.copies().exists() ? "both copies are damaged" : "the file is gone";
        }
        return "it is at " + newest.epoch() + " for the store "
                + newest.identity().storeId();
    }

    private static SpoolFencedException fenced(Path path, long value, String why) {
        return new SpoolFencedException("this owner's epoch " + value + " no longer stands in " + path + ": " + why
                + "; another process has taken the directory over, or its files were replaced; nothing more is"
                + " acknowledged, close this spool");
    }

    private static TwinFile file(Disk disk, Path directory) {
        return new TwinFile(disk, directory.resolve(Layout.EPOCH), "SPOOLEP");
    }

    private static TwinFile.Copies valid(TwinFile.Copies copies) {
        return new TwinFile.Copies(copies.exists(), valid(copies.first()), valid(copies.second()));
    }

    private static TwinFile.@Nullable Copy valid(TwinFile.@Nullable Copy copy) {
        return copy != null && decode(copy) != null ? copy : null;
    }

    private static ByteBuffer encode(Identity identity, ByteBuffer note) {
        ByteBuffer encoded = identity.encode();
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + encoded.remaining() + note.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) encoded.remaining())
                .putShort((short) note.remaining())
                .putInt(0);
        return out.put(encoded).put(note.duplicate()).flip();
    }

    /** Null for bytes that are none, whatever their checksum says. */
    private static @Nullable Content decode(TwinFile.Copy copy) {
        ByteBuffer in = copy.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < FIXED_BYTES || copy.epoch() < 1) {
            return null;
        }
        int identityBytes = in.getShort() & 0xffff;
        int noteBytes = in.getShort() & 0xffff;
        if (noteBytes > BackendContext.NOTE_BYTES_MAX || in.remaining() - 4 < identityBytes + noteBytes) {
            return null;
        }
        Identity identity = Identity.decode(in.slice(FIXED_BYTES, identityBytes));
        return identity == null
                ? null
                : new Content(copy.epoch(), identity, in.slice(FIXED_BYTES + identityBytes, noteBytes));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
