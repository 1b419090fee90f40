package dev.spool.torture;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.TypeResolutionStrategy;
import net.bytebuddy.pool.TypePool;

/**
 * A fault put into the product from outside, so that the product needs no switch for it: methods of named classes get other code.
 */
final class Breakage {

    private static final ClassFileLocator CLASSES = ClassFileLocator.ForClassLoader.of(Breakage.class.getClassLoader());

    private final Map<String, AsmVisitorWrapper> changes = new LinkedHashMap<>();

    private Breakage() {}

    /** No fault at all. */
    static Breakage none() {
        return new Breakage();
    }

    /** Puts the code of {@code advice} around that of a method. */
    static Breakage advise(String type, String method, Class<?> advice) {
        return new Breakage().and(type, Advice.to(advice).on(named(method)));
    }

    /** Puts the code of {@code advice} around that of the constructor. */
    static Breakage adviseConstructor(String type, Class<?> advice) {
        return new Breakage().and(type, Advice.to(advice).on(isConstructor()));
    }

    /** Leaves out the calls of {@code called} in a method. */
    static Breakage dropCalls(String type, String method, String called) {
        return none().andDropCalls(type, method, called);
    }

    Breakage andDropCalls(String type, String method, String called) {
        return and(
                type, MemberSubstitution.relaxed().method(named(called)).stub().on(named(method)));
    }

    /** Lets a method call {@code other}, of the same class, instead of {@code called}. */
    static Breakage answerAs(String type, String method, String called, String other) {
        return new Breakage()
                .and(
                        type,
                        MemberSubstitution.relaxed()
                                .method(named(called))
                                .replaceWithMethod(named(other))
                                .on(named(method)));
    }

    /** Lets a method read {@code field} as false, 0 or null. */
    static Breakage forget(String type, String method, String field) {
        return new Breakage()
                .and(
                        type,
                        MemberSubstitution.relaxed()
                                .field(named(field))
                                .onRead()
                                .stub()
                                .on(named(method)));
    }

    private Breakage and(String type, AsmVisitorWrapper change) {
        changes.put(type, change);
        return this;
    }

    /** Writes the broken classes below a directory, as the beginning of a class path. */
    void writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        TypePool types = TypePool.Default.of(CLASSES);
        for (Map.Entry<String, AsmVisitorWrapper> change : changes.entrySet()) {
            TypeDescription type = types.describe(change.getKey()).resolve();
            try (DynamicType.Unloaded<?> broken = new ByteBuddy()
                    .redefine(type, CLASSES)
                    .visit(change.getValue())
                    .make(TypeResolutionStrategy.Passive.INSTANCE, types)) {
                broken.saveIn(directory.toFile());
            }
        }
    }
}
