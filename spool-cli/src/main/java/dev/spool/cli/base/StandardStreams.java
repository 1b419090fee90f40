package dev.spool.cli.base;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command reads and writes: data goes out, everything else goes to standard error. All text is UTF-8. Data is
 * buffered until {@link #flush}.
 *
 * <p>Not the streams of {@link System}: those hide failures, and a command must know when nobody reads it any more.
 */
public final class StandardStreams {

    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final OutputStream err;
    private final boolean errIsTerminal;

    /** @param errIsTerminal whether a person sees standard error at once, and so may see progress there */
    public StandardStreams(InputStream in, OutputStream out, OutputStream err, boolean errIsTerminal) {
        this.in = in;
        this.out = new BufferedOutputStream(new DataOut(out), BUFFER_BYTES);
        this.err = err;
        this.errIsTerminal = errIsTerminal;
    }

    public static StandardStreams ofThisProcess() {
        return new StandardStreams(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                processErrIsTerminal());
    }

    public InputStream in() {
        return in;
    }

    /** Standard output for bytes. */
    public OutputStream out() {
        return out;
    }

    public boolean errIsTerminal() {
        return errIsTerminal;
    }

    /** Writes a line of data. */
    public void line(String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the bytes that remain in {@code data}. */
    public void write(ByteBuffer data) throws IOException {
        byte[] piece = new byte[Math.min(BUFFER_BYTES, data.remaining())];
        while (data.hasRemaining()) {
            int length = Math.min(piece.length, data.remaining());
            data.get(piece, 0, length);
            out.write(piece, 0, length);
        }
    }

    /** Hands data that was written to whoever reads it. */
    public void flush() throws IOException {
        out.flush();
    }

    /** Writes a line to standard error. If that fails there is nobody left to tell. */
    public void note(String text) {
        errText(text + "\n");
    }

    /** Writes to standard error as it is. */
    public synchronized void errText(String text) {
        try {
            err.write(text.getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException e) {
            // Standard error is closed; the exit code still tells.
            return;
        }
    }

    public PrintWriter outWriter() {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    }

    public PrintWriter errWriter() {
        return new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
    }

    @SuppressWarnings("SystemConsoleNull")
    private static boolean processErrIsTerminal() {
        Path descriptor = Path.of("/proc/self/fd/2");
        try {
            if (Files.isSymbolicLink(descriptor)) {
                return Files.readSymbolicLink(descriptor).toString().matches("/dev/(pts/|tty|console).*");
            }
        } catch (IOException e) {
            return false;
        }
        // Since JDK 22 there is a console without a terminal as well.
        return System.console() != null && Runtime.version().feature() < 22;
    }

    /** Tells a reader that went away from an output that failed. */
    private static final class DataOut extends OutputStream {
        private final OutputStream target;

        DataOut(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                target.write(bytes, offset, length);
            } catch (IOException e) {
                throw readerIsGone(e)
                        ? new ClosedOutputException(e)
                        : new IOException("standard output: " + e.getMessage(), e);
            }
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }

        /** EPIPE and EBADF have no type in Java; their texts have these words in most languages. */
        private static boolean readerIsGone(IOException e) {
            String message = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
            return message.contains("pipe") || message.contains("bad file descriptor");
        }
    }
}
