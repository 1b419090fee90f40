package dev.spool.cli.base;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** A failure in one line for people; with SPOOL_DEBUG in the environment its stack trace as well. */
public final class Diagnosis {

    private Diagnosis() {}

    public static String of(Throwable failure) {
        if (failure instanceof FileSystemException e && e.getFile() != null) {
            return oneLine(e.getFile() + ": " + reason(e));
        }
        String message = failure.getMessage();
        if (message == null || !(failure instanceof IOException || failure instanceof IllegalArgumentException)) {
            return oneLine(failure + "; SPOOL_DEBUG=1 shows where");
        }
        return oneLine(message);
    }

    /** The text with its line breaks made spaces. */
    public static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    public static boolean debugging() {
        String debug = System.getenv("SPOOL_DEBUG");
        return debug != null && !debug.isEmpty();
    }

    public static void trace(Throwable failure, StandardStreams streams) {
        if (debugging()) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            streams.note(trace.toString());
        }
    }

    private static String reason(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        } else if (e instanceof AccessDeniedException) {
            return "permission denied";
        } else if (e instanceof NotDirectoryException) {
            return "not a directory";
        }
        return e.getReason() != null ? e.getReason() : e.getClass().getSimpleName();
    }
}
