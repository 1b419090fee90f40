package dev.spool.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The directions between the modules; the command line is the one module whose tests see all the others. */
class ModuleDirectionTest {
    private static final String BACKENDS = "dev.spool.[file|rocksdb|lmdb]..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.spool");

    @Test
    void theApiDependsOnTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage("dev.spool")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.spool", "java..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void theEngineDependsOnTheApiAndTheCacheAlone() {
        classes()
                .that()
                .resideInAPackage("dev.spool.engine..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.spool",
                        "dev.spool.engine..",
                        "com.github.benmanes.caffeine..",
                        "java..",
                        "javax..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void backendsNeverSeeEachOther() {
        slices().matching("dev.spool.(file|rocksdb|lmdb)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void backendsSeeNeitherTheTestKitNorTheCommandLine() {
        noClasses()
                .that()
                .resideInAPackage(BACKENDS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.spool.testkit..", "dev.spool.cli..")
                .check(CLASSES);
    }

    @Test
    void aHandoffKnowsTheContractAlone() {
        classes()
                .that()
                .resideInAPackage("dev.spool.handoff..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.spool", "dev.spool.handoff..", "java..", "jdk.net..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void theTestKitSeesNoBackend() {
        noClasses()
                .that()
                .resideInAPackage("dev.spool.testkit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BACKENDS, "dev.spool.cli..")
                .check(CLASSES);
    }

    @Test
    void theCommandLineNamesNoBackendClass() {
        noClasses()
                .that()
                .resideInAPackage("dev.spool.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BACKENDS, "dev.spool.testkit..")
                .check(CLASSES);
    }
}
