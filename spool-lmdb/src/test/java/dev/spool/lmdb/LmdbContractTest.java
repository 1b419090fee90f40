package dev.spool.lmdb;

import dev.spool.SpoolProvider;
import dev.spool.testkit.contract.SpoolContractSuite;
import java.nio.file.Path;

/** The whole contract, on the LMDB backend. */
class LmdbContractTest extends SpoolContractSuite {

    @Override
    public SpoolProvider provider() {
        return new LmdbSpoolProvider();
    }

    /** LMDB's readers write themselves down in the table beside the file. */
    @Override
    public boolean isChangedByReaders(Path file) {
        return Generation.isReaderTable(file);
    }
}
