package dev.spool.handoff;

import dev.spool.handoff.transport.TimeSource;
import dev.spool.testkit.process.ChildJvm;
import dev.spool.testkit.process.ClassPath;
import java.nio.file.Path;
import java.util.List;

/** A supervisor of {@link TestServer}s; ends with its standard input. Says {@code supervising}. */
final class TestSupervisor {

    private TestSupervisor() {}

    /** Takes the test's directory. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        TestServer.logTo(directory);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                ClassPath.OF_THIS_JVM,
                TestServer.class.getName(),
                directory.toString());
        Supervisor supervisor = new Supervisor(
                command, socket(directory), TestServer.OPTIONS, TimeSource.SYSTEM, TestPoints.of(directory));
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is said to it.
                        }
                    } catch (java.io.IOException e) {
                        // As good as the end.
                    }
                    supervisor.stop();
                },
                "input");
        watch.setDaemon(true);
        watch.start();
        ChildJvm.say("supervising");
        supervisor.run();
        ChildJvm.say("stopped");
    }

    static Path socket(Path directory) {
        return directory.resolve("s");
    }
}
