package dev.spool.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a supervisor is found. */
final class SocketOption {

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The supervisor's socket. Default: spool-handoff.sock in $XDG_RUNTIME_DIR, or without that"
                    + " spool-handoff-USER.sock in the directory for temporary files.")
    private @Nullable Path socket;

    Path path() {
        Path given = socket;
        if (given != null) {
            return given;
        }
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return runtime != null && !runtime.isEmpty()
                ? Path.of(runtime, "spool-handoff.sock")
                : Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "spool-handoff-" + System.getProperty("user.name") + ".sock");
    }
}
