package io.octavo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.octavo.testing.KernelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md that can be read off the class files. */
class ArchitectureTest {
  private static final int MAX_LINES = 400;

  /** From top to bottom; a room uses those below it only. */
  private static final List<String> ROOMS =
      List.of(
          "generate",
          "load",
          "chat",
          "jinja",
          "text",
          "json",
          "model",
          "layer",
          "quantize",
          "normalize",
          "softmax",
          "kernel",
          "tensor",
          "parallel",
          "error");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("quickstart"))
          .importPackages("io.octavo");

  @Test
  void dependenciesPointDown() {
    for (int i = 0; i < ROOMS.size(); i++) {
      String[] above = new String[i + 1];
      above[0] = "io.octavo";
      for (int j = 0; j < i; j++) {
        above[j + 1] = "io.octavo." + ROOMS.get(j) + "..";
      }
      noClasses()
          .that()
          .resideInAPackage("io.octavo." + ROOMS.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .check(CLASSES);
    }
  }

  @Test
  void everyClassHasARoom() {
    String[] rooms = ROOMS.stream().map(room -> "io.octavo." + room + "..").toArray(String[]::new);
    classes()
        .that()
        .resideOutsideOfPackage("io.octavo")
        .should()
        .resideInAnyPackage(rooms)
        .check(CLASSES);
  }

  @Test
  void onlyTheVectorKernelsKnowTheIncubatorModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.octavo.kernel.vector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector")
        .check(CLASSES);
    noClasses()
        .that()
        .doNotHaveSimpleName("VectorProvider")
        .and()
        .resideOutsideOfPackage("io.octavo.kernel.vector")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.octavo.kernel.vector")
        .check(CLASSES);
  }

  @Test
  void onlyTheirProviderKnowsTheKernelsInMachineCode() {
    noClasses()
        .that()
        .doNotHaveSimpleName("MachineProvider")
        .and()
        .resideOutsideOfPackage("io.octavo.kernel.x86")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.octavo.kernel.x86")
        .check(CLASSES);
  }

  /** C2 compiles a species away only where it is a constant; as a parameter it boxes. */
  @Test
  void speciesAreConstants() {
    KernelSet.assumeVectorModule();
    fields()
        .that()
        .haveRawType(VectorSpecies.class)
        .should()
        .beStatic()
        .andShould()
        .beFinal()
        .check(CLASSES);
    for (JavaClass type : CLASSES) {
      for (JavaCodeUnit unit : type.getCodeUnits()) {
        assertThat(unit.getRawParameterTypes())
            .as("%s", unit)
            .noneMatch(t -> t.isEquivalentTo(VectorSpecies.class));
      }
    }
  }

  @Test
  void theCoreNeedsTheJdkAndSlf4jOnly() {
    classes()
        .that()
        .resideInAnyPackage(
            ROOMS.subList(ROOMS.indexOf("model"), ROOMS.size()).stream()
                .map(room -> "io.octavo." + room + "..")
                .toArray(String[]::new))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.octavo..",
            "java..",
            "jdk.incubator.vector",
            "org.slf4j",
            "org.jspecify.annotations")
        .check(CLASSES);
  }

  @Test
  void noMainSourceIsLong() throws IOException {
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(MAX_LINES);
      }
    }
  }
}
