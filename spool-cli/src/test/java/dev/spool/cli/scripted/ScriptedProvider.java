package dev.spool.cli.scripted;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.LookAhead;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.Takeover;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A backend that does what a {@link Script} says. */
public final class ScriptedProvider implements SpoolProvider {

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public boolean recognises(Path directory) {
        return Files.exists(directory.resolve(Script.FILE_NAME));
    }

    @Override
    public Spool open(Path directory, SpoolOptions options) throws SpoolException {
        return ScriptedSpool.of(script(directory));
    }

    @Override
    public Takeover takeOver(Path directory, SpoolOptions options) {
        throw new UnsupportedOperationException("no script takes over");
    }

    @Override
    public LookAhead lookAhead(Path directory, SpoolOptions options) {
        throw new UnsupportedOperationException("no script takes over");
    }

    @Override
    public SpoolReader openReadOnly(Path directory, SpoolOptions options) throws SpoolException {
        return ScriptedSpool.of(script(directory));
    }

    @Override
    public CheckReport check(Path directory, SpoolOptions options, Consumer<Finding> findings) throws SpoolException {
        Script script = script(directory);
        script.findings.forEach(findings);
        return script.report;
    }

    @Override
    public CheckReport repair(Path directory, SpoolOptions options, Consumer<Finding> findings) throws SpoolException {
        return check(directory, options, findings);
    }

    private static Script script(Path directory) throws SpoolException {
        Script script = Script.SCRIPTS.get(directory);
        if (script.openFailure != null) {
            throw script.openFailure;
        }
        return script;
    }
}
