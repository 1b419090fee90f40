package dev.spool.torture;

import static net.bytebuddy.matcher.ElementMatchers.any;
import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;

import dev.spool.file.Turns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.StampedLock;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.asm.MemberSubstitution;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.TypeResolutionStrategy;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.OpenedClassReader;

/**
 * Other code for methods of named classes, put there from outside: a fault, for which the product then needs no switch, or points at
 * which threads change turns.
 */
final class CodeChange {

    private static final ClassFileLocator CLASSES =
            ClassFileLocator.ForClassLoader.of(CodeChange.class.getClassLoader());

    private final Map<String, List<AsmVisitorWrapper>> changes = new LinkedHashMap<>();

    private CodeChange() {}

    /** None at all. */
    static CodeChange none() {
        return new CodeChange();
    }

    /** Puts the code of {@code advice} around that of a method. */
    static CodeChange advise(String type, String method, Class<?> advice) {
        return none().andAdvise(type, method, advice);
    }

    /** Puts the code of {@code advice} around that of the constructor. */
    static CodeChange adviseConstructor(String type, Class<?> advice) {
        return new CodeChange().and(type, Advice.to(advice).on(isConstructor()));
    }

    /** Leaves out the calls of {@code called} in a method. */
    static CodeChange dropCalls(String type, String method, String called) {
        return none().andDropCalls(type, method, called);
    }

    CodeChange andDropCalls(String type, String method, String called) {
        return and(
                type, MemberSubstitution.relaxed().method(named(called)).stub().on(named(method)));
    }

    /** Lets a method call {@code other}, of the same class, instead of {@code called}. */
    static CodeChange answerAs(String type, String method, String called, String other) {
        return new CodeChange()
                .and(
                        type,
                        MemberSubstitution.relaxed()
                                .method(named(called))
                                .replaceWithMethod(named(other))
                                .on(named(method)));
    }

    /** Lets a method read {@code field} as false, 0 or null. */
    static CodeChange forget(String type, String method, String field) {
        return new CodeChange()
                .and(
                        type,
                        MemberSubstitution.relaxed()
                                .field(named(field))
                                .onRead()
                                .stub()
                                .on(named(method)));
    }

    /** Lets threads pass on their turn at each access to an array of longs. */
    CodeChange andPassAtEachAccess(String type) {
        AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper passing =
                (instrumented, method, visitor, context, pool, writerFlags, readerFlags) -> new Passing(visitor);
        return and(type, new AsmVisitorWrapper.ForDeclaredMethods().method(any(), passing));
    }

    /** Lets threads pass on their turn instead of waiting for a lock. */
    CodeChange andPassInsteadOfWaiting(String type) throws NoSuchMethodException {
        for (String lock : List.of("readLock", "writeLock")) {
            and(
                    type,
                    MemberSubstitution.relaxed()
                            .method(named(lock))
                            .replaceWith(Turns.class.getMethod(lock, StampedLock.class))
                            .on(any()));
        }
        return this;
    }

    /** Passes on the turn before each access to an element. */
    private static final class Passing extends MethodVisitor {

        Passing(MethodVisitor visitor) {
            super(OpenedClassReader.ASM_API, visitor);
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.LALOAD || opcode == Opcodes.LASTORE) {
                visitMethodInsn(Opcodes.INVOKESTATIC, Type.getInternalName(Turns.class), "pass", "()V", false);
            }
            super.visitInsn(opcode);
        }
    }

    CodeChange andAdvise(String type, String method, Class<?> advice) {
        return and(type, Advice.to(advice).on(named(method)));
    }

    private CodeChange and(String type, AsmVisitorWrapper change) {
        changes.computeIfAbsent(type, any -> new ArrayList<>()).add(change);
        return this;
    }

    /** Writes the changed classes below a directory, as the beginning of a class path. */
    void writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        TypePool types = TypePool.Default.of(CLASSES);
        for (Map.Entry<String, List<AsmVisitorWrapper>> change : changes.entrySet()) {
            TypeDescription type = types.describe(change.getKey()).resolve();
            try (DynamicType.Unloaded<?> changed = new ByteBuddy()
                    .redefine(type, CLASSES)
                    .visit(new AsmVisitorWrapper.Compound(change.getValue()))
                    .make(TypeResolutionStrategy.Passive.INSTANCE, types)) {
                changed.saveIn(directory.toFile());
            }
        }
    }
}
