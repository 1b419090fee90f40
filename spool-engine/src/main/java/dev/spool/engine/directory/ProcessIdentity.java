package dev.spool.engine.directory;

/**
 * What tells a process from every other.
 *
 * @param host name of the host
 * @param boot id of this run of its kernel, empty if not known
 * @param namespace within which the pid and the start mean something; empty if there is but one
 * @param pid process id
 * @param start when it started, in units of the platform; 0 if not known
 */
public record ProcessIdentity(String host, String boot, String namespace, long pid, long start) {

    @Override
    public String toString() {
        return "pid " + pid + " on host " + host;
    }
}
