package dev.spool.testkit.memory;

import dev.spool.SpoolProvider;
import dev.spool.testkit.contract.SpoolContractSuite;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(WithinThisProcess.class)
class MemorySpoolContractTest extends SpoolContractSuite {

    private final SpoolProvider provider = new MemorySpoolProvider();

    @Override
    public SpoolProvider provider() {
        return provider;
    }
}
