package dev.spool.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.base.StopSignal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One command, run in this process, and what came of it. */
record CommandRun(int code, byte[] outBytes, String err) {

    static CommandRun of(Object... arguments) {
        return withInput(new byte[0], arguments);
    }

    static CommandRun withInput(byte[] input, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return withStreams(input, out, StopSignal.unconnected(), arguments);
    }

    static CommandRun withStop(StopSignal stop, Object... arguments) {
        return withStreams(new byte[0], new ByteArrayOutputStream(), stop, arguments);
    }

    /** Standard output whose reader goes away, or fails, as the stream says. */
    static CommandRun into(OutputStream out, Object... arguments) {
        return withStreams(new byte[0], out, StopSignal.unconnected(), arguments);
    }

    private static CommandRun withStreams(byte[] input, OutputStream out, StopSignal stop, Object... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        StandardStreams streams = new StandardStreams(new ByteArrayInputStream(input), out, err, false);
        int code = Cli.run(
                streams, stop, Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
        byte[] bytes = out instanceof ByteArrayOutputStream array ? array.toByteArray() : new byte[0];
        return new CommandRun(code, bytes, err.toString(StandardCharsets.UTF_8));
    }

    /** Fails the test unless the command ended well and had nothing to complain about. */
    CommandRun mustSucceed() {
        if (code != 0 || !err.isEmpty()) {
            throw new AssertionError("exit code " + code + ": " + err);
        }
        return this;
    }

    String out() {
        return new String(outBytes, StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }

    /** The JSON objects of the output; nested values are lists and maps. */
    List<Map<String, Object>> json() throws IOException {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (String line : lines()) {
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new AssertionError("no object in the line " + line);
                }
                objects.add(object(parser));
                if (parser.nextToken() != null) {
                    throw new AssertionError("more than an object in the line " + line);
                }
            }
        }
        return objects;
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return fields;
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(parser));
                }
                yield values;
            }
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            default -> parser.getText();
        };
    }
}
