package dev.spool.rocksdb;

import dev.spool.SpoolProvider;
import dev.spool.testkit.contract.SpoolContractSuite;

/** The whole contract, on the RocksDB backend. */
class RocksContractTest extends SpoolContractSuite {

    @Override
    public SpoolProvider provider() {
        return new RocksSpoolProvider();
    }
}
