package dev.spool.cli;

import dev.spool.Durability;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what {@code --sync} says about acknowledgements. */
final class SyncConverter implements ITypeConverter<Durability> {

    @Override
    public Durability convert(String text) {
        return switch (text) {
            case "always" -> Durability.SYNC;
            case "deferred" -> Durability.DEFERRED;
            default -> throw new TypeConversionException("always or deferred, not " + text);
        };
    }
}
