package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolLockedException;
import dev.spool.SpoolOptions;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import dev.spool.testkit.process.ClassPath;
import dev.spool.testkit.process.OwnerProcess;
import java.lang.reflect.InvocationTargetException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One owner at a time, in this process and among processes, and the others are told who it is. */
public abstract class OwnershipContract extends SpoolContract {

    @Test
    void aSecondOpenInThisProcessIsRefusedAndHurtsNotTheFirst() throws SpoolException {
        SpoolId id = SpoolId.next();
        String self = String.valueOf(ProcessHandle.current().pid());
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10)).join();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(this::open)
                        .isInstanceOfSatisfying(SpoolLockedException.class, e -> {
                            assertThat(e.holder()).contains(self);
                            assertThat(e.retryable()).isTrue();
                        })
                        .hasMessageContaining(self)
                        .hasMessageContaining(directory().toString());
            }
            assertHolds(spool, id, Samples.message(1, 10));
            spool.store(id, Samples.message(2, 20)).join();
            assertHolds(spool, id, Samples.message(2, 20));
            assertThat(spool.unhealthyReason()).isNull();
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(2, 20));
        }
    }

    @Test
    void theSameDirectoryByAnotherNameIsStillLocked() throws Exception {
        try (Spool spool = open()) {
            Path link = Files.createSymbolicLink(temp.resolve("link"), directory());
            for (Path name : new Path[] {
                link,
                directory().resolve("."),
                directory().resolve("..").resolve(directory().getFileName())
            }) {
                assertThatThrownBy(() -> provider().open(name, options()).close())
                        .isInstanceOf(SpoolLockedException.class);
            }
            spool.store(SpoolId.next(), Samples.message(1, 10)).join();
        }
    }

    @Test
    void anOwnedSpoolIsNotCheckedOrRepaired() throws SpoolException {
        try (Spool spool = open()) {
            SpoolId id = SpoolId.next();
            assertThatThrownBy(() -> provider().check(directory(), options(), finding -> {}))
                    .isInstanceOf(SpoolLockedException.class);
            assertThatThrownBy(() -> provider().repair(directory(), options(), finding -> {}))
                    .isInstanceOf(SpoolLockedException.class);
            spool.store(id, Samples.message(1, 10)).join();
            assertHolds(spool, id, Samples.message(1, 10));
        }
    }

    @Test
    void differentDirectoriesAreDifferentSpools() throws SpoolException {
        SpoolId id = SpoolId.next();
        CheckedProvider checked = new CheckedProvider(provider());
        try (Spool one = open();
                Spool other = checked.open(temp.resolve("other"), options())) {
            one.store(id, Samples.message(1, 10)).join();
            other.store(id, Samples.message(2, 20)).join();
            assertHolds(one, id, Samples.message(1, 10));
            assertHolds(other, id, Samples.message(2, 20));
            assertThat(one.stats().storeId()).isNotEqualTo(other.stats().storeId());
        }
    }

    @Test
    @Tag(PROCESS)
    void aSecondProcessIsRefusedAndToldTheHolder() throws SpoolException {
        String self = String.valueOf(ProcessHandle.current().pid());
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 10)).join();
            for (int i = 0; i < 2; i++) {
                try (ChildJvm child = OwnerProcess.start(arguments())) {
                    assertThat(child.hear()).startsWith("locked ").contains(self);
                }
            }
            spool.store(id, Samples.message(2, 20)).join();
        }
        try (ChildJvm child = OwnerProcess.start(arguments())) {
            child.expect("open");
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            SpoolLockedException.class,
                            e -> assertThat(e.holder()).contains(String.valueOf(child.pid())));
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(2, 20));
        }
    }

    @Test
    @Tag(PROCESS)
    void theLockSurvivesWhatThisProcessTriesOnTheDirectory() throws Exception {
        try (Spool spool = open()) {
            assertThatThrownBy(this::open).isInstanceOf(SpoolLockedException.class);
            assertThatThrownBy(() -> provider().check(directory(), options(), finding -> {}))
                    .isInstanceOf(SpoolLockedException.class);
            assertThat(provider().recognises(directory())).isTrue();
            provider().openReadOnly(directory(), options()).close();
            // POSIX drops a process's lock when any of its channels on the file closes: is it still held?
            try (ChildJvm child = OwnerProcess.start(arguments())) {
                assertThat(child.hear()).startsWith("locked ");
            }
            spool.store(SpoolId.next(), Samples.message(1, 10)).join();
        }
    }

    @Test
    @Tag(PROCESS)
    void aSecondClassLoaderIsRefusedAndTheLockStaysHeld() throws Exception {
        try (Spool spool = open();
                URLClassLoader loader = new URLClassLoader(ClassPath.urls(), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> openBy(loader))
                    .cause()
                    .satisfies(refused ->
                            assertThat(refused.getClass().getName()).isEqualTo(SpoolLockedException.class.getName()))
                    .isNotInstanceOf(SpoolException.class);
            try (ChildJvm child = OwnerProcess.start(arguments())) {
                assertThat(child.hear()).startsWith("locked ");
            }
            spool.store(SpoolId.next(), Samples.message(1, 10)).join();
        }
        try (URLClassLoader loader = new URLClassLoader(ClassPath.urls(), ClassLoader.getPlatformClassLoader())) {
            try (AutoCloseable other = openBy(loader)) {
                assertThat(other).isNotNull();
                assertThatThrownBy(this::open).isInstanceOf(SpoolLockedException.class);
            }
        }
    }

    @Test
    @Tag(PROCESS)
    void whatAnotherProcessStoredIsThere() throws SpoolException {
        SpoolId id = SpoolId.next();
        SpoolId removed = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(removed, Samples.message(1, 10)).join();
        }
        try (ChildJvm child = OwnerProcess.start(arguments())) {
            child.expect("open");
            child.tell("store " + id + " from a child");
            child.expect("done");
            child.tell("remove " + removed);
            child.expect("done");
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, dev.spool.Message.of(Samples.text("from a child")));
            assertMissing(spool, removed);
        }
    }

    @Test
    @Tag(PROCESS)
    void theLockOfAKilledProcessIsFree() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (ChildJvm child = OwnerProcess.start(arguments())) {
            child.expect("open");
            child.tell("store " + id + " acknowledged");
            child.expect("done");
            child.kill();
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, dev.spool.Message.of(Samples.text("acknowledged")));
        }
    }

    private ChildArguments arguments() {
        return new ChildArguments(provider(), directory(), options());
    }

    /** Opens by classes of another loader, whose types are none of ours. */
    private AutoCloseable openBy(ClassLoader loader) throws Exception {
        Class<?> optionsClass = loader.loadClass(SpoolOptions.class.getName());
        Object foreignOptions = optionsClass.getField("DEFAULTS").get(null);
        Class<?> providerClass = loader.loadClass(provider().getClass().getName());
        Object foreignProvider = providerClass.getConstructor().newInstance();
        try {
            return (AutoCloseable) loader.loadClass(dev.spool.SpoolProvider.class.getName())
                    .getMethod("open", Path.class, optionsClass)
                    .invoke(foreignProvider, directory(), foreignOptions);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("refused to another class loader", e.getCause());
        }
    }
}
