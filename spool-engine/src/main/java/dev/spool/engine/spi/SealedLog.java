package dev.spool.engine.spi;

import dev.spool.Fingerprint;
import java.util.List;

/**
 * What a sealed log is worth to the fingerprint.
 *
 * @param log number of the log
 * @param revision its last revision
 * @param headDigest see {@link Head#digest()}
 * @param pieceDigests digests of its sealed pieces, such as footers, in a fixed order
 */
public record SealedLog(int log, long revision, Fingerprint headDigest, List<Fingerprint> pieceDigests) {}
