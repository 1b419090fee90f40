package dev.spool.handoff;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import dev.spool.Fingerprint;
import dev.spool.LookAhead;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.Takeover;
import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.ProtocolException;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.protocol.Step;
import dev.spool.handoff.protocol.SuccessorAction;
import dev.spool.handoff.protocol.SuccessorEvent;
import dev.spool.handoff.protocol.SuccessorMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A small spool in a temporary directory, handed over within this process, and what is said meanwhile: a JVM runs everything slowly that it runs for the first
 * time, and should not do so while clients wait.
 */
final class Rehearsal {

    private static final int ROUNDS = 2;
    private static final int MESSAGES = 1000;
    private static final int MESSAGE_BYTES = 1000;
    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(256 << 10)
            .build();

    private final SpoolProvider provider;

    Rehearsal(SpoolProvider provider) {
        this.provider = provider;
    }

    /**
     * Plays the whole of it, a few times, in a new directory, which is gone afterwards.
     *
     * @param parent where the directory is made
     * @throws IOException if it cannot be played here; nothing depends on it
     */
    void playIn(Path parent) throws IOException {
        speak();
        Path directory = Files.createTempDirectory(parent, "spool-rehearsal-");
        try {
            for (int round = 0; round < ROUNDS; round++) {
                play(directory.resolve(String.valueOf(round)));
            }
        } finally {
            delete(directory);
        }
    }

    /** The frames and steps of a takeover that goes well. */
    static void speak() throws ProtocolException {
        UUID handoff = new UUID(1, 1);
        SealReport report =
                new SealReport(List.of(new LogRevision(0, 1)), Fingerprint.of(new byte[Fingerprint.SIZE_BYTES]));
        Frame.Begin begin = new Frame.Begin(handoff, report);
        Frame.Take take = new Frame.Take(handoff);
        for (Frame heard : new Frame[] {begin, take, new Frame.Settled(handoff)}) {
            ByteBuffer bytes = FrameFormat.encode(heard);
            FrameFormat.decode(bytes.position(FrameFormat.LENGTH_BYTES).slice(), Role.SUPERVISOR);
        }
        SuccessorMachine.State state = SuccessorMachine.State.waiting(handoff);
        for (SuccessorEvent event : new SuccessorEvent[] {
            new SuccessorEvent.Received(begin),
            new SuccessorEvent.VerifyDone(report),
            new SuccessorEvent.Received(take),
            new SuccessorEvent.TakeDone(new Frame.Ready(handoff, List.of(), true, report.lastRevisions()))
        }) {
            Step<SuccessorMachine.State, SuccessorAction> step = SuccessorMachine.next(state, event);
            state = step.state();
            for (SuccessorAction action : step.actions()) {
                if (action instanceof SuccessorAction.Send send) {
                    FrameFormat.encode(send.frame());
                }
            }
        }
    }

    private void play(Path directory) throws SpoolException {
        try (Spool first = provider.open(directory, OPTIONS)) {
            use(first);
            LookAhead ahead = provider.lookAhead(directory, OPTIONS);
            ahead.refresh();
            use(first);
            ahead.refresh();
            first.drainable().drain(Duration.ofMinutes(1));
            first.drainable().seal();
            try (Takeover takeover = ahead.takeOver();
                    Spool second = takeover.found().isPresent() ? takeover.open() : null) {
                if (second != null) {
                    use(second);
                }
            }
        }
    }

    private static void use(Spool spool) throws SpoolException {
        List<SpoolId> ids = new ArrayList<>();
        List<CompletableFuture<?>> stores = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            SpoolId id = SpoolId.next();
            ids.add(id);
            stores.add(spool.store(id, Message.of(new byte[MESSAGE_BYTES])));
        }
        stores.forEach(CompletableFuture::join);
        for (int i = 0; i < MESSAGES; i += 10) {
            spool.blocking().load(ids.get(i));
            stores.add(spool.remove(ids.get(i)));
        }
        stores.forEach(CompletableFuture::join);
        spool.blocking().store(SpoolId.next(), Message.of(new byte[MESSAGE_BYTES]));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
