package dev.spool.testkit.process;

import dev.spool.Durability;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a child needs to open a spool, as arguments of its main class: the provider by its class, the directory, and of the
 * options those that decide how a spool is stored.
 */
public record ChildArguments(SpoolProvider provider, Path directory, SpoolOptions options) {

    private static final int FIXED = 8;

    /** The arguments; {@link #parse} reads them back. */
    public List<String> encode() {
        List<String> arguments = new ArrayList<>();
        arguments.add(provider.getClass().getName());
        arguments.add(directory.toString());
        arguments.add(String.valueOf(options.shards()));
        arguments.add(String.valueOf(options.segmentBytesMin()));
        arguments.add(String.valueOf(options.segmentBytesMax()));
        arguments.add(options.durability().name());
        arguments.add(String.valueOf(options.allowUnsafeFilesystem()));
        arguments.add(String.valueOf(options.minFreeSpace()));
        options.backendOptions().forEach((name, value) -> arguments.add(name + "=" + value));
        return arguments;
    }

    /** Reads {@link #encode()}; the provider is made by its public constructor without parameters. */
    public static ChildArguments parse(String[] arguments) throws ReflectiveOperationException {
        SpoolProvider provider = Class.forName(arguments[0])
                .asSubclass(SpoolProvider.class)
                .getConstructor()
                .newInstance();
        Map<String, String> backendOptions = new HashMap<>();
        for (int i = FIXED; i < arguments.length; i++) {
            String[] option = arguments[i].split("=", 2);
            backendOptions.put(option[0], option[1]);
        }
        SpoolOptions options = SpoolOptions.builder()
                .shards(Integer.parseInt(arguments[2]))
                .segmentBytesMin(Integer.parseInt(arguments[3]))
                .segmentBytesMax(Integer.parseInt(arguments[4]))
                .durability(Durability.valueOf(arguments[5]))
                .allowUnsafeFilesystem(Boolean.parseBoolean(arguments[6]))
                .minFreeSpace(Double.parseDouble(arguments[7]))
                .backendOptions(backendOptions)
                .build();
        return new ChildArguments(provider, Path.of(arguments[1]), options);
    }
}
