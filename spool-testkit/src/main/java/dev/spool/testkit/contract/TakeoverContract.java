package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable.SealReport;
import dev.spool.LookAhead;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolLockedException;
import dev.spool.Takeover;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import dev.spool.testkit.process.OwnerProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A successor looks before it takes: until it opens, everything can be undone; from then on nothing can. */
public abstract class TakeoverContract extends SpoolContract {

    @Test
    void aTakeoverFindsWhatWasSealedAndOpensIt() throws SpoolException {
        try (Spool first = open(smallSegments())) {
            Map<SpoolId, Message> stored = storeMany(first, 100, 3000, 30);
            SealReport report = first.drainable().seal();
            try (Takeover takeover = provider().takeOver(directory(), smallSegments())) {
                assertThat(takeover.found()).contains(report);
                try (Spool second = takeover.open()) {
                    assertHolds(second, stored);
                    stored.putAll(storeMany(second, 10, 300, 0));
                    assertHolds(second, stored);
                    assertThat(second.health().corruptMessages()).isZero();
                }
            }
            try (Spool third = open(smallSegments())) {
                assertHolds(third, stored);
            }
        }
    }

    @Test
    void whatWasReadAheadOfATakeoverIsBroughtUpToDate() throws SpoolException {
        try (Spool first = open(smallSegments())) {
            Map<SpoolId, Message> stored = storeMany(first, 100, 3000, 30);
            LookAhead ahead = provider().lookAhead(directory(), smallSegments());
            ahead.refresh();
            removeHalf(first, stored);
            first.blocking().compact();
            stored.putAll(storeMany(first, 50, 3000, 0));
            ahead.refresh();
            removeHalf(first, stored);
            stored.putAll(storeMany(first, 50, 3000, 30));
            first.blocking().compact();
            SealReport report = first.drainable().seal();
            try (Takeover takeover = ahead.takeOver()) {
                assertThat(takeover.found()).contains(report);
            }
            try (Takeover again = ahead.takeOver()) {
                assertThat(again.found()).contains(report);
                try (Spool second = again.open()) {
                    assertHolds(second, stored);
                    assertThat(second.stats().entries()).isEqualTo(stored.size());
                    stored.putAll(storeMany(second, 10, 300, 0));
                    assertHolds(second, stored);
                    assertThat(second.health().corruptMessages()).isZero();
                }
            }
            try (Spool third = open(smallSegments())) {
                assertHolds(third, stored);
            }
        }
    }

    @Test
    void lookingAheadTakesNothingFromTheOwner() throws SpoolException {
        assertThatThrownBy(() -> provider().lookAhead(directory(), options())).isInstanceOf(SpoolIoException.class);
        try (Spool spool = open()) {
            Map<SpoolId, Message> stored = storeMany(spool, 20, 300, 30);
            LookAhead ahead = provider().lookAhead(directory(), options());
            ahead.refresh();
            assertThatThrownBy(ahead::takeOver).isInstanceOf(SpoolLockedException.class);
            stored.putAll(storeMany(spool, 20, 300, 30));
            assertHolds(spool, stored);
        }
    }

    private static void removeHalf(Spool spool, Map<SpoolId, Message> stored) throws SpoolException {
        List<SpoolId> ids = List.copyOf(stored.keySet());
        for (int i = 0; i < ids.size(); i += 2) {
            assertThat(spool.blocking().remove(ids.get(i))).isTrue();
            stored.remove(ids.get(i));
        }
    }

    @Test
    void aTakeoverThatIsGivenBackHasChangedNothing() throws Exception {
        try (Spool first = open()) {
            Map<SpoolId, Message> stored = storeMany(first, 20, 300, 30);
            SealReport report = first.drainable().seal();
            try (Takeover takeover = provider().takeOver(directory(), options())) {
                assertThat(takeover.found()).contains(report);
            }
            assertThat(first.drainable().isOvertaken()).isFalse();
            try (Takeover again = provider().takeOver(directory(), options())) {
                assertThat(again.found()).contains(report);
            }
            first.drainable().resumeAfterAbort();
            assertHolds(first, stored);
            storeMany(first, 3, 30, 0);
        }
    }

    @Test
    void afterATakeoverTheLastOwnerIsFenced() throws SpoolException {
        try (Spool first = open()) {
            first.drainable().seal();
            try (Takeover takeover = provider().takeOver(directory(), options());
                    Spool second = takeover.open()) {
                assertThat(first.drainable().isOvertaken()).isTrue();
                assertThatThrownBy(first.drainable()::resumeAfterAbort)
                        .isInstanceOfAny(SpoolLockedException.class, SpoolFencedException.class);
                storeMany(second, 3, 30, 0);
                assertThat(second.drainable().isOvertaken()).isFalse();
            }
            assertThatThrownBy(first.drainable()::resumeAfterAbort).isInstanceOf(SpoolFencedException.class);
        }
    }

    @Test
    void whileATakeoverIsHeldNobodyElseTakesTheSpool() throws SpoolException {
        try (Spool first = open()) {
            first.drainable().seal();
            try (Takeover takeover = provider().takeOver(directory(), options())) {
                assertThat(takeover.found()).isPresent();
                assertThatThrownBy(() -> provider().open(directory(), options()))
                        .isInstanceOf(SpoolLockedException.class);
                assertThatThrownBy(() -> provider().takeOver(directory(), options()))
                        .isInstanceOf(SpoolLockedException.class);
                assertThatThrownBy(first.drainable()::resumeAfterAbort).isInstanceOf(SpoolLockedException.class);
            }
            first.drainable().resumeAfterAbort();
        }
    }

    @Test
    void anOwnedSpoolAndOneThatIsNotThereAreNotTakenOver() throws SpoolException {
        assertThatThrownBy(() -> provider().takeOver(directory(), options())).isInstanceOf(SpoolIoException.class);
        try (Spool spool = open()) {
            assertThatThrownBy(() -> provider().takeOver(directory(), options()))
                    .isInstanceOf(SpoolLockedException.class);
            storeMany(spool, 3, 30, 0);
        }
    }

    @Test
    @Tag(PROCESS)
    void whatAKilledOwnerLeftIsRecoveredByATakeover() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (ChildJvm child = OwnerProcess.start(new ChildArguments(provider(), directory(), options()))) {
            child.expect("open");
            child.tell("store " + id + " acknowledged");
            child.expect("done");
            child.kill();
        }
        try (Takeover takeover = provider().takeOver(directory(), options())) {
            assertThat(takeover.found()).isEmpty();
            try (Spool spool = takeover.open()) {
                assertHolds(spool, id, Message.of(Samples.text("acknowledged")));
                storeMany(spool, 3, 30, 0);
            }
        }
    }
}
