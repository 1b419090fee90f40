package dev.spool.testkit.contract;

import org.junit.jupiter.api.Nested;

/**
 * The whole contract. A backend passes it by extending this class once:
 *
 * <pre>{@code
 * class MySpoolContractTest extends SpoolContractSuite {
 *     @Override
 *     public SpoolProvider provider() {
 *         return new MySpoolProvider();
 *     }
 * }
 * }</pre>
 */
public abstract class SpoolContractSuite implements BackendUnderTest {

    @Nested
    class Storing extends StoringContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Chunks extends ChunkContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Envelopes extends EnvelopeContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Removal extends RemovalContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Order extends OrderContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Linearizability extends LinearizabilityContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Bulk extends BulkContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Enumeration extends EnumerationContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class ConcurrentEnumeration extends ConcurrentEnumerationContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Deadlines extends DeadlineContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Callers extends CallerContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Interrupts extends InterruptContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class TimesAndIds extends TimeAndIdContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Reopening extends ReopenContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Closing extends ClosingContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Ownership extends OwnershipContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class ReadOnly extends ReadOnlyContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Draining extends DrainContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Sealing extends SealContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class TakingOver extends TakeoverContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Observation extends ObservationContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Metrics extends MetricsContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Deferred extends DeferredContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Compaction extends CompactionContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Kills extends KillContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }

    @Nested
    class Full extends FullContract {
        @Override
        protected BackendUnderTest backend() {
            return SpoolContractSuite.this;
        }
    }
}
