package dev.spool.testkit.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A library, compiled where it is used, that is preloaded into a process and makes its syncs fail, hang or lie while a file says
 * so. It concerns files below one directory only.
 *
 * <p>What the file begins with: {@code 1} lets one sync fail with EIO, {@code a} all, {@code h} one hang for ten seconds, {@code l}
 * all succeed without having been done; that is for the proof that a power cut would tell. Whoever takes the one that is to fail
 * or hang renames the file to {@code FILE.taken}; a hang that is over leaves {@code FILE.over}.
 */
final class SyncShim {

    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/types.h>
            #include <time.h>
            #include <unistd.h>

            static int concerned(int fd) {
                const char *below = getenv("SHIM_BELOW");
                char link[64], path[4096];
                if (!below) return 0;
                snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                ssize_t length = readlink(link, path, sizeof path - 1);
                if (length < 0) return 0;
                path[length] = 0;
                return strncmp(path, below, strlen(below)) == 0;
            }

            /* The order that stands, or 0. */
            static char order(void) {
                const char *flag = getenv("SHIM_FLAG");
                int fd = flag ? open(flag, O_RDONLY) : -1;
                char read_order = 0;
                if (fd < 0) return 0;
                if (read(fd, &read_order, 1) != 1) read_order = 0;
                close(fd);
                return read_order;
            }

            static int take(void) {
                char taken[4096];
                snprintf(taken, sizeof taken, "%s.taken", getenv("SHIM_FLAG"));
                return rename(getenv("SHIM_FLAG"), taken) == 0;
            }

            static void hang(void) {
                char over[4096];
                struct timespec ten = {10, 0};
                while (nanosleep(&ten, &ten)) {}
                snprintf(over, sizeof over, "%s.over", getenv("SHIM_FLAG"));
                close(open(over, O_CREAT | O_WRONLY, 0600));
            }

            /* -1: fail, 1: say that it was done, 0: do it. */
            static int decide(int fd) {
                char what = concerned(fd) ? order() : 0;
                if (what == 'a' || (what == '1' && take())) { errno = EIO; return -1; }
                if (what == 'h' && take()) hang();
                return what == 'l' ? 1 : 0;
            }

            #define SYNC(name) \\
                int name(int fd) { \\
                    static int (*real)(int); \\
                    int decided = decide(fd); \\
                    if (!real) real = (int (*)(int)) dlsym(RTLD_NEXT, #name); \\
                    return decided ? (decided < 0 ? -1 : 0) : real(fd); \\
                }
            SYNC(fsync)
            SYNC(fdatasync)
            """;

    private final Path library;
    private final Path flag;
    private final Path below;

    private SyncShim(Path library, Path flag, Path below) {
        this.library = library;
        this.flag = flag;
        this.below = below;
    }

    /** Why there can be none here; empty if there can. */
    static String missing() {
        return Command.exists("cc") ? "" : "there is no C compiler (cc)";
    }

    /** Compiles it into a directory. */
    static SyncShim compile(Path place, Path below) throws IOException, InterruptedException {
        Path source = Files.writeString(place.resolve("shim.c"), SOURCE);
        Path library = place.resolve("shim.so");
        Command.run("cc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
                .must();
        return new SyncShim(library, place.resolve("shim.order"), below);
    }

    /** What the environment of a process needs. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "SHIM_FLAG", flag.toString(), "SHIM_BELOW", below.toString());
    }

    /** Gives an order, at once as a whole. */
    void order(char what) throws IOException {
        Files.deleteIfExists(taken());
        Files.deleteIfExists(over());
        Path written = Files.writeString(flag.resolveSibling("shim.next"), String.valueOf(what));
        Files.move(written, flag, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes the order back. */
    void end() throws IOException {
        Files.deleteIfExists(flag);
    }

    /** Whether the one sync that is to fail or hang has come. */
    boolean hasStruck() {
        return Files.exists(taken());
    }

    /** Whether the hang is over. */
    boolean isOver() {
        return Files.exists(over());
    }

    private Path taken() {
        return flag.resolveSibling("shim.order.taken");
    }

    private Path over() {
        return flag.resolveSibling("shim.order.over");
    }
}
