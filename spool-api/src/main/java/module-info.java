/** The contract of the spool; {@link java.util.ServiceLoader} finds the backends. */
module dev.spool {
    requires static org.jspecify;

    exports dev.spool;

    uses dev.spool.SpoolProvider;
}
