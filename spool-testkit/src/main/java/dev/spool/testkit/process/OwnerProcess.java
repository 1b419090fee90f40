package dev.spool.testkit.process;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolLockedException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A child that opens a spool and owns it until its input ends. It says {@code open}, or {@code locked} and the holder, or
 * {@code failed} and why. Then it takes the commands {@code store ID TEXT}, {@code remove ID}, {@code seal} and {@code close},
 * and says {@code done} after each.
 */
public final class OwnerProcess {

    private OwnerProcess() {}

    /** Takes the arguments of {@link ChildArguments}. */
    public static void main(String[] arguments) throws Exception {
        ChildArguments child = ChildArguments.parse(arguments);
        try (Spool spool = child.provider().open(child.directory(), child.options())) {
            ChildJvm.say("open");
            obey(spool);
        } catch (SpoolLockedException e) {
            ChildJvm.say("locked " + e.holder());
        } catch (SpoolException e) {
            ChildJvm.say("failed " + e);
        }
    }

    private static void obey(Spool spool) throws Exception {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "store" ->
                    spool.blocking()
                            .store(SpoolId.parse(words[1]), Message.of(words[2].getBytes(StandardCharsets.UTF_8)));
                case "remove" -> spool.blocking().remove(SpoolId.parse(words[1]));
                case "seal" -> spool.drainable().seal();
                case "close" -> spool.close();
                default -> throw new IllegalArgumentException("no such command: " + line);
            }
            ChildJvm.say("done");
        }
    }

    /** Starts one. */
    public static ChildJvm start(ChildArguments arguments) {
        return ChildJvm.start(OwnerProcess.class, arguments.encode());
    }
}
