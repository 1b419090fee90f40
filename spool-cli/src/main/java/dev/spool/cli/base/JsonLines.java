package dev.spool.cli.base;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Writes JSON objects to standard output, one a line. */
public final class JsonLines {

    private final JsonGenerator generator;

    public JsonLines(StandardStreams streams) throws IOException {
        generator = new JsonFactory()
                .createGenerator(streams.out())
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                // A stream that is flushed at its end need not be flushed at each line.
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
                .setRootValueSeparator(null);
    }

    /** Writes the fields of one object. */
    @FunctionalInterface
    public interface Fields {
        void write(JsonGenerator object) throws IOException;
    }

    public void line(Fields fields) throws IOException {
        generator.writeStartObject();
        fields.write(generator);
        generator.writeEndObject();
        generator.writeRaw('\n');
        generator.flush();
    }
}
