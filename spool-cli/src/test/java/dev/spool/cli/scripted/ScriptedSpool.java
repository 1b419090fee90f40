package dev.spool.cli.scripted;

import dev.spool.BlockingSpool;
import dev.spool.Message;
import dev.spool.MessageInfo;
import dev.spool.ScanReport;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolScan;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** The spool of a {@link Script}: proxies, since commands use few of the many methods. */
final class ScriptedSpool {

    private final Script script;

    private ScriptedSpool(Script script) {
        this.script = script;
    }

    static Spool of(Script script) {
        ScriptedSpool spool = new ScriptedSpool(script);
        return proxy(Spool.class, (method, arguments) -> spool.call(method, arguments));
    }

    private interface Calls {
        Object call(String method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        calls.call(method.getName(), arguments == null ? new Object[0] : arguments)));
    }

    private Object call(String method, Object[] arguments) throws Exception {
        return switch (method) {
            case "store", "remove", "load" -> future(() -> callBlocking(method, arguments));
            case "blocking" -> proxy(BlockingSpool.class, this::callBlocking);
            case "enumerate" -> scan();
            case "stats" -> script.stats();
            case "health" -> Script.health();
            case "close" -> close();
            default -> throw new AssertionError("no test needs " + method);
        };
    }

    private Object callBlocking(String method, Object[] arguments) throws Exception {
        SpoolId id = arguments.length == 0 ? new SpoolId(0, 0) : (SpoolId) arguments[0];
        switch (method) {
            case "store":
                mutate();
                script.messages.put(id, (Message) arguments[1]);
                return null;
            case "remove":
                mutate();
                return script.messages.remove(id) != null;
            case "load":
                return load(id);
            case "compact":
                mutate();
                return null;
            default:
                throw new AssertionError("no test needs " + method);
        }
    }

    private synchronized void mutate() throws Exception {
        if (!script.mutationFailures.isEmpty()) {
            throw script.mutationFailures.remove(0);
        }
    }

    private Optional<Message> load(SpoolId id) throws SpoolException {
        if (script.loadFailures.containsKey(id)) {
            throw script.loadFailures.get(id);
        }
        Message found = script.messages.get(id);
        return Optional.ofNullable(found == null || script.loadedInstead == null ? found : script.loadedInstead);
    }

    private Object close() throws SpoolException {
        if (script.closeFailure != null) {
            throw script.closeFailure;
        }
        return null;
    }

    private static CompletableFuture<Object> future(Callable<Object> call) throws Exception {
        try {
            return CompletableFuture.completedFuture(call.call());
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private SpoolScan scan() {
        List<SpoolEntry> entries = new ArrayList<>();
        script.messages.forEach((id, message) -> {
            MessageInfo info = new MessageInfo(1, 1, message.bodyBytes(), 0, 0, 0, Instant.EPOCH);
            entries.add(new SpoolEntry.Item(id, info, ByteBuffer.allocate(0), this::load));
        });
        entries.addAll(script.moreEntries);
        return new Scan(entries.iterator(), script.scanReport());
    }

    private record Scan(Iterator<SpoolEntry> entries, ScanReport report) implements SpoolScan {
        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public SpoolEntry next() {
            return entries.next();
        }

        @Override
        public void close() {}
    }
}
