package dev.spool.cli;

import dev.spool.Spool;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.handoff.HandoffEnd;
import dev.spool.handoff.HandoffMember;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.HandoffServer;
import dev.spool.handoff.SpoolSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server that does nothing but own a spool: writes its pid to a file when it serves, and is not ready while a file says so. */
final class MinimalServer implements HandoffServer {

    private final Path directory;

    private MinimalServer(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        HandoffMember member = HandoffMember.ofThisProcess(
                new SpoolSource(SpoolProvider.named("file"), directory.resolve("spool"), SpoolOptions.DEFAULTS),
                new MinimalServer(directory),
                HandoffOptions.DEFAULTS);
        Runtime.getRuntime().addShutdownHook(new Thread(member::stop));
        HandoffEnd end = member.run();
        Runtime.getRuntime().halt(end.exitStatus());
    }

    static Path served(Path directory) {
        return directory.resolve("served");
    }

    static Path unready(Path directory) {
        return directory.resolve("unready");
    }

    @Override
    public List<String> serve(Spool spool) throws Exception {
        Files.writeString(
                served(directory),
                ProcessHandle.current().pid() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return List.of("127.0.0.1:0");
    }

    @Override
    public @Nullable String unreadyReason() {
        return Files.exists(unready(directory)) ? "the test says so" : null;
    }
}
