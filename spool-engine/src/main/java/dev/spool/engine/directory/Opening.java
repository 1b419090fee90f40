package dev.spool.engine.directory;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.LogScan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a directory is taken, or made. In this order:
 *
 * <ol>
 *   <li>Refuse an unsafe filesystem, a directory of something else, a spool of another backend or of a newer version, before
 *       anything is written.
 *   <li>Take the lock, and look again: everything may have changed until then.
 *   <li>Raise the epoch, durably. From here on a predecessor that lost its lock and lives is fenced.
 *   <li>Write the identity, if the spool is new or its identity was damaged.
 *   <li>Write this process into the owner file. Only now the backend may write.
 * </ol>
 *
 * <p>A crash after any step leaves a directory that opens: the epoch file holds the identity too, and an epoch that was raised
 * by an owner that never came to own is skipped.
 */
final class Opening {

    private static final List<String> UNSAFE = List.of(
            "nfs",
            "cifs",
            "smb",
            "fuse",
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "coda",
            "davfs",
            "drvfs",
            "gfs2",
            "gluster",
            "gpfs",
            "lustre",
            "macfuse",
            "ncp",
            "ocfs2",
            "osxfuse",
            "prl_fs",
            "sshfs",
            "vboxsf",
            "virtiofs",
            "vmhgfs",
            "webdav");

    private final Site site;
    private final Disk disk;
    private final Path directory;
    private final Format format;
    private final SpoolOptions options;
    private final Evidence evidence;
    private final List<LogScan.Damage> damage = new ArrayList<>();

    Opening(Site site, Format format, SpoolOptions options, Evidence evidence) {
        this.site = site;
        this.disk = site.disk();
        this.directory = site.directory();
        this.format = format;
        this.options = options;
        this.evidence = evidence;
    }

    /** What is needed to own a directory. */
    record Opened(
            DirectoryLock lock,
            Epoch epoch,
            Identity identity,
            Predecessor predecessor,
            @Nullable Owner previous,
            List<LogScan.Damage> damage) {}

    Opened open() throws SpoolException {
        boolean safe = requireSafeFilesystem();
        boolean there = Io.uninterrupted("look at", directory, () -> disk.exists(directory));
        if (!there && !options.createIfMissing()) {
            throw nothingThere();
        }
        IdentityFile.Found found = IdentityFile.read(disk, directory);
        identify(found).requireWritable(directory, format);
        if (found.state() != IdentityFile.State.INTACT) {
            // Also if it exists: whoever made it may have died before its name was durable.
            Io.run("create", directory, () -> disk.createDirectories(directory));
        }
        return own(DirectoryLock.take(site), safe);
    }

    /** Takes the lock of a directory that has a spool, and changes nothing. */
    HeldDirectory hold() throws SpoolException {
        boolean safe = requireSafeFilesystem();
        IdentityFile.Found found = IdentityFile.read(disk, directory);
        if (found.state() == IdentityFile.State.ABSENT) {
            throw nothingThere();
        }
        identify(found).requireWritable(directory, format);
        return new HeldDirectory(site, this, DirectoryLock.take(site), safe);
    }

    /** Raises the epoch under a lock that {@link #hold} took; the lock is given up if that fails. */
    Opened own(DirectoryLock lock, boolean safe) throws SpoolException {
        boolean taken = false;
        try {
            Opened opened = takeOver(lock, safe);
            taken = true;
            return opened;
        } finally {
            if (!taken) {
                lock.close();
            }
        }
    }

    private Opened takeOver(DirectoryLock lock, boolean safe) throws SpoolException {
        IdentityFile.Found found = IdentityFile.read(disk, directory);
        Identity identity = identify(found);
        identity.requireWritable(directory, format);
        Epoch.Reading before = Epoch.read(disk, directory);
        Owner.Reading owner = Owner.read(disk, directory);
        boolean isNew = found.state() == IdentityFile.State.ABSENT;
        if (!isNew && !wasBeingMade(found, before, owner)) {
            noteDamage(found, before, owner, identity);
        }
        Epoch epoch = Epoch.raise(site, before, identity, floor(isNew, before, owner));
        boolean complete = false;
        try {
            requireHeld(lock);
            if (found.state() != IdentityFile.State.INTACT || !identity.equals(found.identity())) {
                IdentityFile.write(disk, directory, identity);
            }
            SpoolDirectory.own(site, epoch);
            complete = true;
        } finally {
            if (!complete) {
                SpoolDirectory.close(epoch);
            }
        }
        Predecessor predecessor = isNew ? Predecessor.NONE : judge(owner.newest(), safe, before.newest());
        return new Opened(lock, epoch, identity, predecessor, owner.newest(), List.copyOf(damage));
    }

    /** Two that looked before either raised have raised to the same: the one without the lock is not the owner. */
    private void requireHeld(DirectoryLock lock) throws SpoolException {
        if (!lock.isHeld()) {
            throw new SpoolFencedException("the lock of " + site.file(Layout.LOCK)
                    + " was lost while this process took the directory over: the file was replaced, or something closed it;"
                    + " open the directory afresh");
        }
    }

    private boolean requireSafeFilesystem() throws SpoolException {
        String type = Io.uninterrupted("look at", directory, () -> disk.filesystemType(directory));
        boolean safe = UNSAFE.stream().noneMatch(type::startsWith);
        if (!safe && !options.allowUnsafeFilesystem()) {
            throw new SpoolIoException(directory + " is on a filesystem of type " + type
                    + ", whose locks and syncs may lie; use a local filesystem, or set the option allowUnsafeFilesystem if"
                    + " you know better");
        }
        return safe;
    }

    /** Tells which spool this is, or makes one up. Writes nothing. */
    private Identity identify(IdentityFile.Found found) throws SpoolException {
        Identity known = found.identity();
        switch (found.state()) {
            case INTACT -> {
                Identity other = found.other();
                if (other != null && found.isOfAnother(evidence.identify(disk, directory))) {
                    return other;
                }
                if (known != null) {
                    return known;
                }
            }
            case ABSENT -> {
                if (!options.createIfMissing()) {
                    throw nothingThere();
                }
                return made(UUID.randomUUID(), options.shards());
            }
            case DAMAGED -> {
                // The backend's files are the truth; the copy in the epoch file knows more, if it is of the same store.
                Optional<BackendFactory.Origin> origin = evidence.identify(disk, directory);
                if (known != null && origin.map(known::agrees).orElse(true)) {
                    return known;
                }
                if (origin.isPresent()) {
                    return made(origin.get().storeId(), origin.get().shards());
                }
            }
        }
        throw unknown(found);
    }

    private Identity made(UUID storeId, int shards) {
        return new Identity(
                format.backend(),
                format.version(),
                format.writes(),
                storeId,
                shards,
                site.clock().now());
    }

    private SpoolIoException nothingThere() {
        return new SpoolIoException(
                "there is no spool in " + directory + "; name the directory of one, or set the option createIfMissing");
    }

    private SpoolException unknown(IdentityFile.Found found) throws SpoolException {
        for (String name : List.of(Layout.IDENTITY, Layout.EPOCH, Layout.OWNER)) {
            if (Io.uninterrupted("look at", directory, () -> disk.exists(directory.resolve(name)))) {
                return new SpoolCorruptException(
                        null,
                        directory.resolve(Layout.IDENTITY).toString(),
                        found.why() + ", and neither " + Layout.EPOCH
                                + " nor the backend's files tell which spool this is;"
                                + " put the file back from a copy of this directory");
            }
        }
        return new SpoolIoException(directory + " holds no spool that the backend '" + format.backend()
                + "' recognises, and is not empty: " + found.why().replace("it is missing, while ", "")
                + "; name an empty directory, or put " + Layout.IDENTITY + " back");
    }

    /** Whether whoever made this spool died after the epoch and before it owned it: nothing is damaged then. */
    private static boolean wasBeingMade(IdentityFile.Found found, Epoch.Reading before, Owner.Reading owner) {
        return before.newest() != null
                && !before.copies().oneDamaged()
                && !owner.copies().exists()
                && (found.state() == IdentityFile.State.INTACT || found.why().startsWith("it is missing"));
    }

    private void noteDamage(IdentityFile.Found found, Epoch.Reading before, Owner.Reading owner, Identity identity) {
        if (found.state() == IdentityFile.State.DAMAGED || !identity.equals(found.identity())) {
            damaged(Layout.IDENTITY, found.why() + "; written again from what the other files tell");
        }
        Inspector.damage(before.copies(), Layout.EPOCH, damage, directory);
        Inspector.damage(owner.copies(), Layout.OWNER, damage, directory);
        Epoch.Content content = before.newest();
        if (content != null && !content.identity().storeId().equals(identity.storeId())) {
            damaged(
                    Layout.EPOCH,
                    "it is of the store " + content.identity().storeId() + ", not of " + identity.storeId()
                            + "; its note is dropped");
        }
    }

    private void damaged(String name, String why) {
        damage.add(new LogScan.Damage(directory.resolve(name).toString(), why));
    }

    /**
     * An epoch that is certainly not above the next. The owner file's counts too: a fenced owner's last note may have come
     * over its successor's epoch.
     */
    private long floor(boolean isNew, Epoch.Reading before, Owner.Reading owner) throws SpoolException {
        Owner last = owner.newest();
        long floor = last == null ? 0 : last.epoch();
        return isNew || before.newest() != null ? floor : Math.max(floor, evidence.highestEpoch(disk, directory));
    }

    /**
     * A record counts under the epoch that stood, and no other: a release that was on its way while a successor took over leaves its
     * record over the successor's, and says nothing of what that one wrote; nor does a dead owner's of one that has raised the epoch since
     * and not come to its own record yet.
     */
    private Predecessor judge(@Nullable Owner previous, boolean safe, Epoch.@Nullable Content before) {
        if (previous == null || before == null || before.epoch() != previous.epoch()) {
            return Predecessor.UNKNOWN;
        }
        if (previous.state() == Owner.State.RELEASED) {
            return Predecessor.RELEASED;
        }
        // Where the filesystem is shared, a boot id proves nothing: hosts may have equal names.
        return safe && previous.isProvablyDead(site.processes()) ? Predecessor.DEAD : Predecessor.UNKNOWN;
    }
}
