package dev.spool.engine.spi;

import java.util.List;

/**
 * What one commit makes durable, in order. A batch never holds two operations on one message, so that each target is a
 * committed record.
 *
 * @param records in the order in which they take effect; empty for a proof
 * @param sync whether to sync before completing
 * @param headBefore the log's head before this batch; not to be changed
 */
public record Batch(List<BatchRecord> records, boolean sync, Head headBefore) {}
