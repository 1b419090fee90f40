package dev.spool.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpoolIdTableTest {

    private final SpoolIdTable table = new SpoolIdTable();

    @Test
    void numbersIdsInTheOrderInWhichTheyAreFirstSeen() {
        Random random = new Random(1);
        List<SpoolId> ids = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            SpoolId id = i % 3 == 0 ? new SpoolId(0, i) : new SpoolId(random.nextLong(), random.nextLong());
            ids.add(id);
            assertThat(table.findOrAdd(id)).isEqualTo(i);
        }
        assertThat(table.count()).isEqualTo(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            assertThat(table.find(ids.get(i))).isEqualTo(i);
            assertThat(table.findOrAdd(ids.get(i))).isEqualTo(i);
            assertThat(table.id(i)).isEqualTo(ids.get(i));
        }
    }

    @Test
    void anIdThatWasNotAddedIsAbsent() {
        table.findOrAdd(new SpoolId(0, 0));
        assertThat(table.find(new SpoolId(0, 1))).isEqualTo(SpoolIdTable.ABSENT);
        assertThat(table.find(new SpoolId(1, 0))).isEqualTo(SpoolIdTable.ABSENT);
    }
}
