package dev.spool.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.infra.runners.TestList;

/** What two threads see of what they share without a lock, counted over all that compiler and processor do to it. */
@Tag("long")
class RacesTest {

    @Test
    void everyOutcomeOfEveryRaceIsOneThatTheRulesAllow() throws Exception {
        Races races = Races.run("rules", "dev[.]spool", null);
        System.out.println(races.table());
        assertThat(races.names()).as("raced and counted, in %s", races).containsAll(List.copyOf(TestList.tests()));
        assertThat(races.faults())
                .as("what the rules do not allow, in %s", races)
                .isEmpty();
    }
}
