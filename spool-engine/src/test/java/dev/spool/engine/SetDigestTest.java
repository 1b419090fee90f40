package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetDigestTest {

    @Test
    void itDependsOnWhatIsThereAndOnNothingElse() throws SpoolException {
        List<SpoolId> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ids.add(SpoolId.next());
        }
        Harness one = Harness.stepped();
        for (SpoolId id : ids) {
            one.spool().blocking().store(id, Harness.message(id, 100));
        }
        Harness other = Harness.stepped(new FakeBackend(3), SpoolOptions.DEFAULTS);
        Collections.reverse(ids);
        for (SpoolId id : ids) {
            other.spool().blocking().store(id, Harness.message(id, 5));
            other.spool().blocking().store(id, Harness.message(id, 100));
        }
        SetDigest digest = SetDigest.of(one.spool());
        assertThat(digest.messages()).isEqualTo(50);
        assertThat(SetDigest.of(other.spool()).toString()).isEqualTo(digest.toString());
        other.spool().blocking().updateEnvelope(ids.get(0), ByteBuffer.allocate(1));
        assertThat(SetDigest.of(other.spool()).toString()).isNotEqualTo(digest.toString());
        other.spool().blocking().updateEnvelope(ids.get(0), ByteBuffer.allocate(0));
        assertThat(SetDigest.of(other.spool()).toString()).isEqualTo(digest.toString());
        other.spool().blocking().store(ids.get(1), Message.of(new byte[100]));
        assertThat(SetDigest.of(other.spool()).toString()).isNotEqualTo(digest.toString());
    }

    @Test
    void nothingIsZero() {
        assertThat(new SetDigest().toBytes()).isEqualTo(new byte[32]);
    }
}
