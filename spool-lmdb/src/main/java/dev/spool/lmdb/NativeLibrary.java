package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import java.nio.file.Path;
import org.lmdbjava.Meta;

/** Loads LMDB once for each class loader, from where the first spool that is opened wants it unpacked. */
final class NativeLibrary {

    private static final String LMDB_DIRECTORY = "lmdbjava.extract.dir";
    private static final String JFFI_DIRECTORY = "jffi.extract.dir";

    private NativeLibrary() {}

    /** @throws SpoolIoException if it cannot be loaded, with what to do about it */
    static void load(SpoolOptions options) throws SpoolException {
        options.nativeDirectory().ifPresent(NativeLibrary::unpackTo);
        try {
            Meta.version();
        } catch (LinkageError | RuntimeException e) {
            throw new SpoolIoException(
                    "the LMDB library cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + " (" + e + "); it is unpacked to "
                            + System.getProperty(LMDB_DIRECTORY, System.getProperty("java.io.tmpdir"))
                            + ": if that is mounted noexec, name another directory by the option nativeDirectory, and"
                            + " start this process afresh; the backend file needs no native library",
                    e);
        }
    }

    /** What somebody has set for the whole process stays. */
    private static void unpackTo(Path directory) {
        String path = directory.toAbsolutePath().toString();
        System.getProperties().putIfAbsent(LMDB_DIRECTORY, path);
        System.getProperties().putIfAbsent(JFFI_DIRECTORY, path);
    }
}
