package dev.spool.relay;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code HOST:PORT} on the command line. */
final class HostPort implements ITypeConverter<InetSocketAddress> {

    @Override
    public InetSocketAddress convert(String value) {
        int colon = value.lastIndexOf(':');
        try {
            String host = value.substring(0, Math.max(0, colon)).replaceAll("^\\[|\\]$", "");
            return new InetSocketAddress(host, Integer.parseInt(value.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("takes HOST:PORT, such as 127.0.0.1:25 or [::1]:25, not " + value);
        }
    }
}
