package dev.spool;

/**
 * The outcome of a check or repair.
 *
 * @param entries live messages found intact
 * @param damaged findings of severity {@link Finding.Severity#DAMAGE}
 * @param hints findings of severity {@link Finding.Severity#HINT}
 * @param quarantined pieces moved to quarantine, by this run or an earlier one
 * @param repaired whether everything damaging that was found has been repaired by this run
 * @param complete whether everything could be checked
 */
public record CheckReport(
        long entries, long damaged, long hints, long quarantined, boolean repaired, boolean complete) {}
