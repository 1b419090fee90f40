package dev.spool.handoff;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a test does to a process at a point: write the point down, or, the first time in any process, halt as if the power were gone,
 * stop by SIGSTOP, or sleep.
 */
final class TestPoints implements Points {

    static final String VARIABLE = "SPOOL_TEST_POINT";

    private final Path directory;
    private final String deed;
    private final String point;

    private TestPoints(Path directory, String deed, String point) {
        this.directory = directory;
        this.deed = deed;
        this.point = point;
    }

    /** By the environment: {@code DEED:POINT}; marks and records go into {@code directory}. */
    static TestPoints of(Path directory) {
        String[] words = System.getenv().getOrDefault(VARIABLE, "record:").split(":", 2);
        return new TestPoints(directory, words[0], words[1]);
    }

    static Path mark(Path directory) {
        return directory.resolve("reached");
    }

    static Path records(Path directory) {
        return directory.resolve("points");
    }

    @Override
    public void reached(String here) {
        try {
            if (deed.equals("none")) {
                return;
            }
            if (deed.equals("record")) {
                Files.writeString(
                        records(directory), here + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } else if (here.equals(point)) {
                Files.writeString(mark(directory), ProcessHandle.current().pid() + "\n", StandardOpenOption.CREATE_NEW);
                act();
            }
        } catch (FileAlreadyExistsException e) {
            // It has happened already, to another process or to this one.
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void act() throws IOException, InterruptedException {
        switch (deed) {
            case "halt" -> Runtime.getRuntime().halt(99);
            case "stop" -> signal("STOP", ProcessHandle.current().pid());
            case "slow" -> Thread.sleep(3000);
            case "fail" -> throw new IllegalStateException("failing at " + point + " as the test wants");
            default -> throw new IllegalArgumentException(deed);
        }
    }

    static void signal(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
