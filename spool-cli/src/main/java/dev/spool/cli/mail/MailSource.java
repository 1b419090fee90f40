package dev.spool.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Finds the messages under a path: a file {@code *.eml} is one message whatever its first line says; a directory with
 * {@code cur} and {@code new} is a Maildir; any other directory is searched for {@code *.eml}, recursively, in name order;
 * any other file is a mailbox. What cannot be read, or is too large, is skipped and told.
 */
public final class MailSource {

    private static final Comparator<Path> BY_NAME = Comparator.comparing(path -> name(path));

    private final MailSink sink;
    private final long maxBytes;
    private final Function<IOException, String> diagnosis;

    /**
     * @param maxBytes the largest body that is wanted
     * @param diagnosis says what is wrong with a file that could not be read
     */
    public MailSource(MailSink sink, long maxBytes, Function<IOException, String> diagnosis) {
        this.sink = sink;
        this.maxBytes = maxBytes;
        this.diagnosis = diagnosis;
    }

    /** @throws IOException only if the sink failed */
    public void read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            if (Files.isDirectory(path.resolve("cur")) && Files.isDirectory(path.resolve("new"))) {
                maildir(path);
            } else {
                search(path);
            }
        } else if (isEml(path)) {
            message(path);
        } else {
            mailbox(path);
        }
    }

    /** New and seen messages together in the order of their names, which begin with the time of delivery. */
    private void maildir(Path maildir) throws IOException {
        List<Path> messages = new ArrayList<>();
        messages.addAll(list(maildir.resolve("new")));
        messages.addAll(list(maildir.resolve("cur")));
        messages.removeIf(path -> name(path).startsWith(".") || Files.isDirectory(path));
        messages.sort(BY_NAME);
        for (Path message : messages) {
            message(message);
        }
    }

    private void search(Path directory) throws IOException {
        List<Path> entries = list(directory);
        entries.sort(BY_NAME);
        for (Path entry : entries) {
            // A link to a directory may lead back to here.
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                search(entry);
            } else if (isEml(entry) && !Files.isDirectory(entry)) {
                message(entry);
            }
        }
    }

    private List<Path> list(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            skipped(directory, e);
        } catch (DirectoryIteratorException e) {
            IOException cause = e.getCause();
            skipped(directory, cause != null ? cause : new IOException(e));
        }
        return entries;
    }

    private void message(Path file) throws IOException {
        BodyBuilder body;
        Instant storedAt;
        try (InputStream input = Files.newInputStream(file)) {
            storedAt = Files.getLastModifiedTime(file).toInstant();
            body = BodyBuilder.read(input, maxBytes);
        } catch (IOException e) {
            skipped(file, e);
            return;
        }
        if (body.isTooLarge()) {
            sink.skipped(file.toString(), tooLarge(body));
        } else {
            sink.message(file.toString(), body.build(), storedAt);
        }
    }

    private void mailbox(Path file) throws IOException {
        InputStream input;
        Instant modified;
        try {
            modified = Files.getLastModifiedTime(file).toInstant();
            input = Files.newInputStream(file);
        } catch (IOException e) {
            skipped(file, e);
            return;
        }
        try (input) {
            Mailbox mailbox = new Mailbox(input, maxBytes, modified);
            while (hasNext(mailbox, file)) {
                String where = file + ", message " + mailbox.number();
                if (mailbox.body().isTooLarge()) {
                    sink.skipped(where, tooLarge(mailbox.body()));
                } else {
                    sink.message(where, mailbox.body().build(), mailbox.storedAt());
                }
            }
        }
    }

    private boolean hasNext(Mailbox mailbox, Path file) {
        try {
            return mailbox.next();
        } catch (IOException e) {
            skipped(file, e);
            return false;
        }
    }

    private void skipped(Path path, IOException e) {
        sink.skipped(path.toString(), diagnosis.apply(e));
    }

    private String tooLarge(BodyBuilder body) {
        return "at least " + body.sizeBytes() + " bytes, and this spool takes at most " + maxBytes;
    }

    private static boolean isEml(Path path) {
        return name(path).endsWith(".eml");
    }

    private static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
