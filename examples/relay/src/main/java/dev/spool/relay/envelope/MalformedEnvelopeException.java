package dev.spool.relay.envelope;

/** An envelope that the relay has not written, or a version of it has that this one does not know. */
public final class MalformedEnvelopeException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedEnvelopeException(String message) {
        super(message);
    }
}
