package dev.spool.engine.spi;

import dev.spool.MessageInfo;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A message as read and verified.
 *
 * @param envelope empty if there is none
 * @param body the body's parts in order; empty if the body was not asked for
 */
public record StoredMessage(MessageInfo info, ByteBuffer envelope, List<ByteBuffer> body) {}
