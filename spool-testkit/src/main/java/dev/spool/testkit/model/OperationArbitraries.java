package dev.spool.testkit.model;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** How often which operation comes, and how large. */
final class OperationArbitraries {

    /** Few, so that operations meet on one message. */
    static final int SLOTS = 12;

    private OperationArbitraries() {}

    static Arbitrary<List<Operation>> runs() {
        return operations().list().ofMinSize(1).ofMaxSize(60);
    }

    static Arbitrary<List<Operation>> crashingRuns() {
        return Arbitraries.frequencyOf(Tuple.of(3, operations()), Tuple.of(1, cuts()))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    private static Arbitrary<Operation> cuts() {
        Arbitrary<Integer> soon = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.integers().between(1, 12)),
                Tuple.of(1, Arbitraries.integers().between(1, 60)),
                Tuple.of(1, Arbitraries.integers().between(1, 400)));
        Arbitrary<Operation.Simple> beside = Arbitraries.of(
                Operation.Simple.ADVISE_LOW_MEMORY,
                Operation.Simple.COMPACT,
                Operation.Simple.CLEANUP,
                Operation.Simple.SEAL,
                Operation.Simple.REOPEN);
        return Combinators.combine(
                        changes().list().ofMaxSize(12),
                        beside,
                        soon,
                        soon.list().ofMaxSize(2))
                .as(Operation.CutShort::new);
    }

    private static Arbitrary<Operation> operations() {
        return Arbitraries.frequencyOf(
                Tuple.of(10, changes().map(change -> change)),
                Tuple.of(3, changes().list().ofMinSize(2).ofMaxSize(30).map(Operation.Together::new)),
                Tuple.of(1, slots().list().ofMaxSize(SLOTS).map(Operation.RemoveAll::new)),
                Tuple.of(4, slots().map(Operation.Load::new)),
                Tuple.of(1, Combinators.combine(flags(), flags()).as(Operation.Enumerate::new)),
                Tuple.of(4, simple()));
    }

    private static Arbitrary<Operation> simple() {
        return Arbitraries.frequency(
                Tuple.of(2, Operation.Simple.COMPACT),
                Tuple.of(4, Operation.Simple.BEGIN_COMPACTION),
                Tuple.of(2, Operation.Simple.CLEANUP),
                Tuple.of(1, Operation.Simple.ADVISE_LOW_MEMORY),
                Tuple.of(2, Operation.Simple.DRAIN),
                Tuple.of(2, Operation.Simple.SEAL),
                Tuple.of(4, Operation.Simple.RESUME),
                Tuple.of(3, Operation.Simple.REOPEN),
                Tuple.of(3, Operation.Simple.KILL));
    }

    private static Arbitrary<Operation.Change> changes() {
        Arbitrary<Integer> seeds = Arbitraries.integers().between(0, 9999);
        return Arbitraries.frequencyOf(
                Tuple.of(
                        5,
                        Combinators.combine(slots(), bodies(), envelopes(), seeds)
                                .as(Operation.Store::new)),
                Tuple.of(2, Combinators.combine(slots(), envelopes(), seeds).as(Operation.Update::new)),
                Tuple.of(3, slots().map(Operation.Remove::new)));
    }

    private static Arbitrary<Integer> slots() {
        return Arbitraries.integers().between(0, SLOTS - 1);
    }

    private static Arbitrary<Boolean> flags() {
        return Arbitraries.of(false, true);
    }

    /** Mostly small; some around a block; a few that the small segments of a model run split into several chunks. */
    private static Arbitrary<Integer> bodies() {
        RandomDistribution evenly = RandomDistribution.uniform();
        return Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.integers().between(0, 3000)),
                Tuple.of(4, Arbitraries.integers().between(4090, 4100)),
                Tuple.of(4, Arbitraries.integers().between(20_000, 150_000).withDistribution(evenly)),
                Tuple.of(1, Arbitraries.integers().between(200_000, 400_000).withDistribution(evenly)));
    }

    private static Arbitrary<Integer> envelopes() {
        return Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(0)),
                Tuple.of(6, Arbitraries.integers().between(1, 300)),
                Tuple.of(1, Arbitraries.integers().between(4000, 16_000)));
    }
}
