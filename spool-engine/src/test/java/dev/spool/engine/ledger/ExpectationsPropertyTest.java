package dev.spool.engine.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.engine.ledger.LedgerLine.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Random ledgers against a model that keeps every operation and looks at all of them. */
class ExpectationsPropertyTest {

    private static final int VERSIONS = 4;

    /** An operation as its issuer knows it: version 0 removes. */
    private static final class Operation {
        final SpoolId id;
        final int version;
        boolean acknowledged;

        Operation(SpoolId id, int version) {
            this.id = id;
            this.version = version;
        }
    }

    @Property(tries = 500)
    void oneOperationAtATimePerIdWithAnyAcknowledgementsMissing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int operations,
            @ForAll @IntRange(max = 100) int lossPercent) {
        Random random = new Random(seed);
        Expectations expectations = new Expectations();
        Map<SpoolId, List<Operation>> model = new HashMap<>();
        for (int i = 0; i < operations; i++) {
            Operation operation = new Operation(new SpoolId(0, random.nextInt(3)), random.nextInt(VERSIONS));
            issue(expectations, model, operation);
            if (random.nextInt(100) >= lossPercent) {
                acknowledge(expectations, operation);
            }
        }
        check(expectations, model);
    }

    @Property(tries = 500)
    void manyDistinctOperationsInFlightPerIdWithAcknowledgementsLateInAnyOrderOrMissing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int operations,
            @ForAll @IntRange(max = 100) int lossPercent) {
        Random random = new Random(seed);
        Expectations expectations = new Expectations();
        Map<SpoolId, List<Operation>> model = new HashMap<>();
        List<Operation> inFlight = new ArrayList<>();
        for (int version = 1; version <= operations; version++) {
            Operation operation = new Operation(new SpoolId(0, random.nextInt(3)), version);
            issue(expectations, model, operation);
            inFlight.add(operation);
            while (!inFlight.isEmpty() && random.nextBoolean()) {
                Operation done = inFlight.remove(random.nextInt(inFlight.size()));
                if (random.nextInt(100) >= lossPercent) {
                    acknowledge(expectations, done);
                }
            }
        }
        check(expectations, model);
    }

    private static void issue(Expectations expectations, Map<SpoolId, List<Operation>> model, Operation operation) {
        model.computeIfAbsent(operation.id, id -> new ArrayList<>()).add(operation);
        Step step = operation.version == 0 ? Step.REMOVING : Step.STORING;
        expectations.add(new LedgerLine(step, operation.id, body(operation.version)));
    }

    private static void acknowledge(Expectations expectations, Operation operation) {
        operation.acknowledged = true;
        Step step = operation.version == 0 ? Step.REMOVED : Step.STORED;
        expectations.add(new LedgerLine(step, operation.id, body(operation.version)));
    }

    private static void check(Expectations expectations, Map<SpoolId, List<Operation>> model) {
        model.forEach((id, operations) -> {
            int number = expectations.ids().find(id);
            assertThat(expectations.absent(number)).isEqualTo(absent(operations));
            for (int version = 1; version <= Math.max(VERSIONS, operations.size()) + 1; version++) {
                assertThat(expectations.present(number, body(version)))
                        .describedAs("version %d", version)
                        .isEqualTo(present(operations, version));
            }
        });
    }

    private static Judgement absent(List<Operation> operations) {
        int settled = settled(operations);
        if (settled < 0) {
            return Judgement.UNDECIDED;
        }
        boolean removed =
                operations.subList(settled, operations.size()).stream().anyMatch(o -> o.version == 0);
        return removed ? Judgement.REMOVED : Judgement.LOST;
    }

    private static Judgement present(List<Operation> operations, int version) {
        int settled = settled(operations);
        List<Operation> deciding = operations.subList(Math.max(0, settled), operations.size());
        if (deciding.stream().anyMatch(o -> o.version == version)) {
            return Judgement.STORED;
        }
        if (settled < 0 && operations.get(0).version == 0) {
            return Judgement.UNDECIDED;
        }
        return deciding.stream().anyMatch(o -> o.version != 0) ? Judgement.WRONG : Judgement.RESURRECTED;
    }

    private static int settled(List<Operation> operations) {
        int last = operations.size() - 1;
        while (last >= 0 && !operations.get(last).acknowledged) {
            last--;
        }
        return last;
    }

    private static @Nullable BodyDigest body(int version) {
        return version == 0 ? null : new BodyDigest(10 * version, version, 0, 0, 0);
    }
}
