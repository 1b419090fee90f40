package dev.spool.testkit.contract;

import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import org.junit.jupiter.api.Nested;

/**
 * The whole contract. A backend passes it by extending this class once:
 *
 * <pre>{@code
 * class MySpoolContractTest extends SpoolContractSuite {
 *     @Override
 *     protected SpoolProvider provider() {
 *         return new MySpoolProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>Tests tagged {@link SpoolContract#PROCESS} open the spool from other processes too: the provider's class is public with a
 * public constructor without parameters, and its storage outlives this process.
 */
public abstract class SpoolContractSuite {

    /** The backend under test; asked once for each test. */
    protected abstract SpoolProvider provider();

    /** The options with which the tests open, each changing what it is about. */
    protected SpoolOptions options() {
        return SpoolOptions.DEFAULTS;
    }

    @Nested
    class Storing extends StoringContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Chunks extends ChunkContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Envelopes extends EnvelopeContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Removal extends RemovalContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Order extends OrderContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Bulk extends BulkContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Enumeration extends EnumerationContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class ConcurrentEnumeration extends ConcurrentEnumerationContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Deadlines extends DeadlineContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Callers extends CallerContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Interrupts extends InterruptContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class TimesAndIds extends TimeAndIdContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }

    @Nested
    class Reopening extends ReopenContract {
        @Override
        protected SpoolProvider provider() {
            return SpoolContractSuite.this.provider();
        }

        @Override
        protected SpoolOptions options() {
            return SpoolContractSuite.this.options();
        }
    }
}
