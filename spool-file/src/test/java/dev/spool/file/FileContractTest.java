package dev.spool.file;

import dev.spool.SpoolProvider;
import dev.spool.testkit.contract.BackendUnderTest;
import dev.spool.testkit.contract.BulkContract;
import dev.spool.testkit.contract.CallerContract;
import dev.spool.testkit.contract.ChunkContract;
import dev.spool.testkit.contract.ClosingContract;
import dev.spool.testkit.contract.CompactionContract;
import dev.spool.testkit.contract.ConcurrentEnumerationContract;
import dev.spool.testkit.contract.DeadlineContract;
import dev.spool.testkit.contract.DeferredContract;
import dev.spool.testkit.contract.DrainContract;
import dev.spool.testkit.contract.EnumerationContract;
import dev.spool.testkit.contract.EnvelopeContract;
import dev.spool.testkit.contract.InterruptContract;
import dev.spool.testkit.contract.KillContract;
import dev.spool.testkit.contract.MetricsContract;
import dev.spool.testkit.contract.ObservationContract;
import dev.spool.testkit.contract.OrderContract;
import dev.spool.testkit.contract.OwnershipContract;
import dev.spool.testkit.contract.RemovalContract;
import dev.spool.testkit.contract.ReopenContract;
import dev.spool.testkit.contract.SealContract;
import dev.spool.testkit.contract.StoringContract;
import dev.spool.testkit.contract.TimeAndIdContract;
import org.junit.jupiter.api.Nested;

/**
 * The contract as the file backend holds it so far, theme by theme: what a full disk and a reader beside a busy owner ask for
 * is not among them yet.
 */
class FileContractTest implements BackendUnderTest {

    @Override
    public SpoolProvider provider() {
        return new FileSpoolProvider();
    }

    @Nested
    class Storing extends StoringContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Chunks extends ChunkContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Envelopes extends EnvelopeContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Removal extends RemovalContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Order extends OrderContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Bulk extends BulkContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Enumeration extends EnumerationContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class ConcurrentEnumeration extends ConcurrentEnumerationContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Deadlines extends DeadlineContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Callers extends CallerContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Interrupts extends InterruptContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class TimesAndIds extends TimeAndIdContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Reopening extends ReopenContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Closing extends ClosingContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Ownership extends OwnershipContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Draining extends DrainContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Sealing extends SealContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Observation extends ObservationContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Metrics extends MetricsContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Deferred extends DeferredContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Compaction extends CompactionContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }

    @Nested
    class Kills extends KillContract {
        @Override
        protected BackendUnderTest backend() {
            return FileContractTest.this;
        }
    }
}
