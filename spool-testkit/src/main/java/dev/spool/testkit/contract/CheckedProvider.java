package dev.spool.testkit.contract;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.LookAhead;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.Takeover;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A provider whose spools check their directory when they are closed. When the last spool that it opened on a directory has
 * been closed, the backend's own check runs there, and the close fails with an {@link AssertionError} if anything is damaged,
 * if not everything could be checked, if there are more or fewer messages than the spool had, or if the lock is still held.
 * An open fails if it finds damage.
 */
public final class CheckedProvider implements SpoolProvider {

    private final SpoolProvider provider;
    private final Map<Path, Integer> open = new HashMap<>();

    public CheckedProvider(SpoolProvider provider) {
        this.provider = provider;
    }

    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public boolean recognises(Path directory) throws SpoolException {
        return provider.recognises(directory);
    }

    @Override
    public Spool open(Path directory, SpoolOptions options) throws SpoolException {
        Spool spool = provider.open(directory, options);
        if (spool.health().corruptMessages() > 0) {
            try (spool) {
                throw new AssertionError("damage was found at open: " + spool.health());
            }
        }
        synchronized (open) {
            open.merge(directory, 1, Integer::sum);
        }
        return new CheckedSpool(spool, entries -> closed(directory, options, entries));
    }

    @Override
    public Takeover takeOver(Path directory, SpoolOptions options) throws SpoolException {
        return provider.takeOver(directory, options);
    }

    @Override
    public LookAhead lookAhead(Path directory, SpoolOptions options) throws SpoolException {
        return provider.lookAhead(directory, options);
    }

    @Override
    public SpoolReader openReadOnly(Path directory, SpoolOptions options) throws SpoolException {
        return provider.openReadOnly(directory, options);
    }

    @Override
    public CheckReport check(Path directory, SpoolOptions options, Consumer<Finding> findings) throws SpoolException {
        return provider.check(directory, options, findings);
    }

    @Override
    public CheckReport repair(Path directory, SpoolOptions options, Consumer<Finding> findings) throws SpoolException {
        return provider.repair(directory, options, findings);
    }

    private void closed(Path directory, SpoolOptions options, OptionalLong entries) throws SpoolException {
        synchronized (open) {
            if (open.merge(directory, -1, Integer::sum) > 0) {
                return;
            }
        }
        CheckReport report = assertClean(provider, directory, options);
        if (entries.isPresent() && report.entries() != entries.getAsLong()) {
            throw new AssertionError(
                    "the spool closed with " + entries.getAsLong() + " messages, the check found " + report);
        }
    }

    /** Runs the backend's own check; throws {@link AssertionError} if it finds damage or cannot check everything. */
    public static CheckReport assertClean(SpoolProvider provider, Path directory, SpoolOptions options)
            throws SpoolException {
        List<Finding> findings = new ArrayList<>();
        CheckReport report = provider.check(directory, options, findings::add);
        if (report.damaged() > 0 || !report.complete()) {
            throw new AssertionError("the check found " + report + ": " + findings);
        }
        return report;
    }
}
