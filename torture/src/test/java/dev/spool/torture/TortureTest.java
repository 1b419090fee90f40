package dev.spool.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.testkit.torture.Torture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The methods of the torture of every backend that need nothing of the machine but a disk, with the profile {@code torture};
 * {@code bin/torture} runs all of them.
 */
class TortureTest {

    @Test
    @EnabledIfSystemProperty(named = "spool.torture", matches = "short|full")
    void losesNothing() throws Exception {
        String amount = "--" + System.getProperty("spool.torture");
        List<String> arguments = List.of(amount, "--method", "simulate", "--method", "rot", "--method", "kill");
        assertThat(Torture.run(arguments, System.out)).isZero();
    }
}
