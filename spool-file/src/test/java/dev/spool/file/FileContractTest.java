package dev.spool.file;

import dev.spool.SpoolProvider;
import dev.spool.testkit.contract.SpoolContractSuite;

/** The whole contract, on the file backend. */
class FileContractTest extends SpoolContractSuite {

    @Override
    public SpoolProvider provider() {
        return new FileSpoolProvider();
    }
}
