package dev.spool.engine.record;

/**
 * What a record does. The first four are operations of the engine, on disk in every backend; codes from 16 on belong to a
 * backend.
 */
public final class RecordType {

    /** A message, body and envelope; for a chunked one the last part of the body. */
    public static final byte PUT = 1;
    /** A new envelope for the body that is there. */
    public static final byte ENVELOPE = 2;
    /** The message is gone. */
    public static final byte REMOVE = 3;
    /** A part of a body; nothing until the PUT of the same message follows. */
    public static final byte CHUNK = 4;

    private RecordType() {}
}
