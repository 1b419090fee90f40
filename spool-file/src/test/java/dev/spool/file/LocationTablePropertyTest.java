package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** One table against a map: few ids, so that probes collide, wrap around and are moved back all the time. */
class LocationTablePropertyTest {

    private static final long HALF = 0x8000_0000_0000_0000L;

    private record Change(SpoolId id, long location) {}

    @Property(tries = 400)
    void behavesAsAMap(@ForAll("changes") List<Change> changes, @ForAll long highKey, @ForAll long lowKey) {
        IdHash hash = new IdHash(highKey, lowKey);
        LocationTable table = new LocationTable(hash, Long.remainderUnsigned(highKey, 256) / 256.0);
        Map<SpoolId, Long> model = new HashMap<>();
        for (Change change : changes) {
            long high = change.id.high();
            long low = change.id.low();
            long idHash = hash.of(high, low);
            if (change.location == 0) {
                assertThat(table.remove(idHash, high, low)).isEqualTo(orZero(model.remove(change.id)));
            } else {
                assertThat(table.put(idHash, high, low, change.location))
                        .isEqualTo(orZero(model.put(change.id, change.location)));
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        model.forEach((id, location) -> assertThat(table.find(hash.of(id.high(), id.low()), id.high(), id.low()))
                .isEqualTo(location));
        assertThat(entries(table)).isEqualTo(model);
    }

    @Property(tries = 50)
    void anIndexBehavesAsAMap(@ForAll("changes") List<Change> changes) {
        LocationIndex index = new LocationIndex();
        Map<SpoolId, Long> model = new HashMap<>();
        for (Change change : changes) {
            Long before = model.get(change.id);
            if (change.location == 0) {
                assertThat(index.remove(change.id)).isEqualTo(orZero(model.remove(change.id)));
            } else if (before != null && change.location % 2 == 0) {
                assertThat(index.replace(change.id, before, change.location)).isTrue();
                model.put(change.id, change.location);
            } else {
                assertThat(index.put(change.id, change.location)).isEqualTo(orZero(before));
                model.put(change.id, change.location);
            }
            assertThat(index.get(change.id)).isEqualTo(orZero(model.get(change.id)));
        }
        assertThat(index.size()).isEqualTo(model.size());
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        Arbitrary<Long> half = Arbitraries.of(0L, 1L, 2L, 3L, -1L, HALF, 1L << 32, 0x9e3779b97f4a7c15L);
        Arbitrary<SpoolId> id = Combinators.combine(half, half).as(SpoolId::new);
        Arbitrary<Long> location =
                Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just(0L)), Tuple.of(1, Arbitraries.longs()));
        return Combinators.combine(id, location).as(Change::new).list().ofMaxSize(600);
    }

    private static Map<SpoolId, Long> entries(LocationTable table) {
        long[] all = table.entries();
        Map<SpoolId, Long> entries = new HashMap<>();
        for (int at = 0; at < all.length; at += 3) {
            entries.put(new SpoolId(all[at], all[at + 1]), all[at + 2]);
        }
        return entries;
    }

    private static long orZero(Long location) {
        return location == null ? 0 : location;
    }
}
