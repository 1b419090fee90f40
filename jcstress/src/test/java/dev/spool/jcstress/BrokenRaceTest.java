package dev.spool.jcstress;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.spool.file.CheckThenSwap;
import dev.spool.file.UncheckedLookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.asm.ModifierAdjustment;
import net.bytebuddy.description.modifier.FieldManifestation;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.TypeResolutionStrategy;
import net.bytebuddy.pool.TypePool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The races can fail: each of these faults, put into the product from outside, is seen in the race that is meant for it. */
@Tag("long")
class BrokenRaceTest {

    private static final String STRIPE = "dev.spool.file.LocationIndex$Stripe";

    @TempDir
    Path place;

    private static Stream<Arguments> variants() throws NoSuchMethodException {
        return Stream.of(
                arguments(
                        "a lookup does not ask whether the table changed beneath it",
                        STRIPE,
                        Advice.to(UncheckedLookup.class).on(named("get")),
                        "LookupBesideMove"),
                arguments(
                        "a swap looks first and puts the copy later",
                        STRIPE,
                        Advice.to(CheckThenSwap.class).on(named("replace")),
                        "SwapBesideRemove"),
                arguments(
                        "a committer says that it sleeps without waiting until all can see it",
                        "dev.spool.engine.Doorbell",
                        MemberSubstitution.strict()
                                .method(named("set"))
                                .replaceWith(AtomicReference.class.getMethod("lazySet", Object.class))
                                .on(named("sleep")),
                        "RingBesideSleep"),
                arguments(
                        "a waiter says so as plainly",
                        "dev.spool.engine.Operation",
                        new ModifierAdjustment().withFieldModifiers(named("asleep"), FieldManifestation.PLAIN),
                        "SleepBesideFinish"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("variants")
    void everyBrokenVariantIsSeen(String name, String type, AsmVisitorWrapper change, String race) throws Exception {
        write(type, change);
        Races races = Races.run("broken-" + race, race + "$", place);
        assertThat(races.faults())
                .as("what %s sees where %s, in %s", race, name, races)
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault).contains(race).contains("times, FORBIDDEN"));
        System.out.println(name + ": " + races.faults());
    }

    private void write(String type, AsmVisitorWrapper change) throws IOException {
        ClassFileLocator classes = ClassFileLocator.ForClassLoader.of(BrokenRaceTest.class.getClassLoader());
        TypePool types = TypePool.Default.of(classes);
        TypeDescription described = types.describe(type).resolve();
        try (DynamicType.Unloaded<?> changed = new ByteBuddy()
                .redefine(described, classes)
                .visit(change)
                .make(TypeResolutionStrategy.Passive.INSTANCE, types)) {
            changed.saveIn(Files.createDirectories(place).toFile());
        }
    }
}
