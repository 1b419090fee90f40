package dev.spool.cli;

import dev.spool.SpoolId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an id as a user types it. */
final class SpoolIdConverter implements ITypeConverter<SpoolId> {

    @Override
    public SpoolId convert(String text) {
        try {
            return SpoolId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
