package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out which spool a directory holds. */
public final class IdentityFile {

    private IdentityFile() {}

    /** What there is of an identity. */
    public enum State {
        /** No spool was ever here: there is no directory, or nothing in it. */
        ABSENT,
        INTACT,
        /** There is or was one, or something else is here: the file is damaged, or missing beside other files. */
        DAMAGED
    }

    /**
     * What was found.
     *
     * @param identity never null if intact, always if absent; if damaged, what the copy in the epoch file says, if anything
     * @param other what the epoch file says beside an intact identity, if it names another store: one of the two came from another
     *     spool; otherwise null
     * @param why what is wrong, empty if nothing is
     */
    public record Found(
            State state,
            @Nullable Identity identity,
            @Nullable Identity other,
            String why) {

        /**
         * Of an intact identity, whether it is the one that came from another spool.
         *
         * @param origin what the backend's files tell, if they do
         */
        public boolean isOfAnother(Optional<BackendFactory.Origin> origin) {
            return other != null && origin.map(other::agrees).orElse(false);
        }
    }

    /** Reads the identity; changes nothing. */
    static Found read(Disk disk, Path directory) throws SpoolException {
        Path path = directory.resolve(Layout.IDENTITY);
        Optional<ByteBuffer> bytes = Io.uninterrupted("read", path, () -> Io.read(disk, path, Identity.BYTES_MAX + 1));
        if (bytes.isEmpty()) {
            List<Path> others = Io.uninterrupted("list", directory, () -> disk.list(directory)).stream()
                    .filter(file -> !Layout.meansNothing(file))
                    .collect(Collectors.toList());
            return others.isEmpty()
                    ? new Found(State.ABSENT, null, null, "")
                    : damaged(disk, directory, "it is missing, while " + some(others) + " there");
        }
        Identity identity = Identity.decode(bytes.get());
        return identity != null
                ? intact(disk, directory, identity)
                : damaged(
                        disk,
                        directory,
                        "its " + bytes.get().remaining() + " bytes are no identity or fail their checksum");
    }

    private static Found intact(Disk disk, Path directory, Identity identity) throws SpoolException {
        Epoch.Content copy = Epoch.read(disk, directory).newest();
        return copy == null || copy.identity().storeId().equals(identity.storeId())
                ? new Found(State.INTACT, identity, null, "")
                : new Found(
                        State.INTACT,
                        identity,
                        copy.identity(),
                        "it names store " + identity.storeId() + ", and " + Layout.EPOCH + " names store "
                                + copy.identity().storeId());
    }

    private static Found damaged(Disk disk, Path directory, String why) throws SpoolException {
        Epoch.Content copy = Epoch.read(disk, directory).newest();
        return new Found(State.DAMAGED, copy == null ? null : copy.identity(), null, why);
    }

    private static String some(List<Path> files) {
        int shown = Math.min(3, files.size());
        String names = files.stream()
                .limit(shown)
                .map(file -> String.valueOf(file.getFileName()))
                .collect(Collectors.joining(", "));
        return files.size() > shown
                ? names + " and " + (files.size() - shown) + " more are"
                : names + (shown == 1 ? " is" : " are");
    }

    /** Makes or replaces the file; durable when this returns, and at any time the old one or the new one. */
    static void write(Disk disk, Path directory, Identity identity) throws SpoolException {
        Path path = directory.resolve(Layout.IDENTITY);
        Io.run("write", path, () -> {
            Io.replace(disk, path, identity.encode());
        });
    }
}
