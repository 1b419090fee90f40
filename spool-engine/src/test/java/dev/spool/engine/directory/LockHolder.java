package dev.spool.engine.directory;

import dev.spool.Fingerprint;
import dev.spool.SpoolLockedException;
import dev.spool.SpoolOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A process that opens a directory, says what came of it, and holds it until its standard input ends. */
final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
        try {
            SpoolDirectory directory = SpoolDirectory.open(
                    Site.of(Path.of(arguments[0])), new Format("file", 1), SpoolOptions.DEFAULTS, Evidence.NONE);
            System.out.println("opened after " + directory.predecessor());
            while (System.in.read() >= 0) {
                // Waits.
            }
            directory.release(Fingerprint.of(new byte[32]), ByteBuffer.allocate(0));
        } catch (SpoolLockedException e) {
            System.out.println("refused because of " + e.holder());
        }
    }

    /** For another class loader: the message of the refusal, or empty if it was opened. */
    public static String tryOpen(Path directory) throws Exception {
        try {
            SpoolDirectory.open(Site.of(directory), new Format("file", 1), SpoolOptions.DEFAULTS, Evidence.NONE);
            return "";
        } catch (SpoolLockedException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
