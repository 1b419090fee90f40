package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the engine's files without taking the directory: opens no lock file, raises nothing, writes nothing. */
final class Inspector {

    private Inspector() {}

    static Inspection inspect(Disk disk, Path directory) throws SpoolException {
        List<LogScan.Damage> damage = new ArrayList<>();
        IdentityFile.Found identity = IdentityFile.read(disk, directory);
        Epoch.Reading epoch = Epoch.read(disk, directory);
        Owner.Reading owner = Owner.read(disk, directory);
        if (!identity.why().isEmpty()) {
            damage.add(new LogScan.Damage(directory.resolve(Layout.IDENTITY).toString(), identity.why()));
        }
        if (identity.state() != IdentityFile.State.ABSENT) {
            damage(epoch.copies(), Layout.EPOCH, damage, directory);
            damage(owner.copies(), Layout.OWNER, damage, directory);
        }
        List<LogScan.Damage> hints = new ArrayList<>();
        hint(epoch.copies(), Layout.EPOCH, hints, directory);
        hint(owner.copies(), Layout.OWNER, hints, directory);
        Epoch.Content content = epoch.newest();
        return new Inspection(
                identity,
                content == null ? 0 : content.epoch(),
                content == null
                        ? ByteBuffer.allocate(0).asReadOnlyBuffer()
                        : content.note().asReadOnlyBuffer(),
                content == null ? null : content.identity().storeId(),
                Optional.ofNullable(owner.newest()),
                List.copyOf(damage),
                List.copyOf(hints));
    }

    /** Adds what is lost of a file of two copies. */
    static void damage(TwinFile.Copies copies, String name, List<LogScan.Damage> damage, Path directory) {
        if (!copies.exists() || copies.bothDamaged()) {
            String why = copies.exists() ? "both copies fail their checksum" : "the file is missing";
            damage.add(new LogScan.Damage(directory.resolve(name).toString(), why));
        }
    }

    private static void hint(TwinFile.Copies copies, String name, List<LogScan.Damage> hints, Path directory) {
        if (copies.oneDamaged()) {
            String which = copies.first() == null ? "first" : "second";
            hints.add(new LogScan.Damage(
                    directory.resolve(name).toString(),
                    "the " + which + " of two copies fails its checksum, as after a crash while it was written"));
        }
    }
}
