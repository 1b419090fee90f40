package dev.spool.engine.spi;

import java.io.Closeable;
import java.util.List;

/** A store opened for reading. */
public interface ReadOnlyBackend extends Closeable {

    List<? extends LogReader> logs();

    Backend.Usage usage();

    @Override
    void close();
}
