package dev.spool.engine.directory;

/** The processes of this machine; a simulation brings its own. */
public interface Processes {

    /** The processes of this machine. */
    Processes SYSTEM = new SystemProcesses();

    /** This process. */
    ProcessIdentity self();

    /**
     * Whether a process with that id and start, in this process's own namespace, is running or may be.
     */
    boolean mayRun(long pid, long start);
}
