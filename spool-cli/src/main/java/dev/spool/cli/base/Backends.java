package dev.spool.cli.base;

import dev.spool.SpoolException;
import dev.spool.SpoolProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the backend of a spool, recorded in it, or chosen for a new one. */
public final class Backends {

    public static final String DEFAULT = "file";

    private Backends() {}

    /** The backend whose spool is in {@code directory}; empty if there is none. */
    public static Optional<SpoolProvider> of(Path directory) throws SpoolException {
        if (Files.isDirectory(directory)) {
            for (SpoolProvider provider : ServiceLoader.load(SpoolProvider.class)) {
                if (provider.recognises(directory)) {
                    return Optional.of(provider);
                }
            }
        }
        return Optional.empty();
    }

    /** The backend whose spool is in {@code directory}. */
    public static SpoolProvider existing(Path directory) throws SpoolException, UsageException {
        requireName(directory);
        Optional<SpoolProvider> provider = of(directory);
        if (provider.isEmpty()) {
            throw new UsageException("no spool in " + directory + "; name the directory of one by --dir"
                    + (Files.exists(directory) ? "" : ", this one does not exist"));
        }
        return provider.get();
    }

    /**
     * The backend of the spool in {@code directory}, or, if there is none yet, the one to make it with.
     *
     * @param chosen what the user asked for, if anything
     * @param otherwise what to take for a new spool if the user asked for nothing
     * @throws UsageException if the spool that is there has another backend than the chosen one
     */
    public static SpoolProvider existingOrChosen(Path directory, @Nullable String chosen, String otherwise)
            throws SpoolException, UsageException {
        requireName(directory);
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new UsageException(directory + " is not a directory");
        }
        SpoolProvider wanted = named(chosen != null ? chosen : otherwise);
        Optional<SpoolProvider> recorded = of(directory);
        if (chosen != null && recorded.isPresent() && !recorded.get().name().equals(chosen)) {
            throw new UsageException("the spool in " + directory + " has the backend "
                    + recorded.get().name() + ", not " + chosen + "; leave the option out, or copy to a new spool");
        }
        return recorded.orElse(wanted);
    }

    public static SpoolProvider named(String name) throws UsageException {
        try {
            return SpoolProvider.named(name);
        } catch (IllegalArgumentException e) {
            String known = ServiceLoader.load(SpoolProvider.class).stream()
                    .map(provider -> provider.get().name())
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new UsageException("no backend named '" + name + "'; there are: " + known);
        }
    }

    /** The empty path is the working directory, and hardly ever what a script meant by a variable that was not set. */
    private static void requireName(Path directory) throws UsageException {
        if (directory.toString().isEmpty()) {
            throw new UsageException("the name of the spool's directory is empty; for the working directory write .");
        }
    }
}
