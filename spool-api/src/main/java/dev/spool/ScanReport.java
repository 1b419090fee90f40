package dev.spool;

/**
 * The outcome of a scan.
 *
 * @param items messages returned
 * @param corrupt damaged places returned
 * @param complete whether everything that should be there was visited; damage whose extent is known to single messages does
 *     not make a scan incomplete, a lost file or an unreadable range does
 * @param whyNot the reason if not complete, else empty
 */
public record ScanReport(long items, long corrupt, boolean complete, String whyNot) {}
