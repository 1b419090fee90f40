package dev.spool.cli;

import dev.spool.cli.stress.SizeRange;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a range of sizes as a user types it. */
final class SizeRangeConverter implements ITypeConverter<SizeRange> {

    @Override
    public SizeRange convert(String text) {
        try {
            return SizeRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
