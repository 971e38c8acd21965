package io.octavo.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation says of models and files is what loading them shows. */
class ModelTableTest {
  @Test
  void thePageSaysWhatLoads(@TempDir Path folder) throws IOException {
    Path page = Path.of("docs/models.md");
    assertThat(new GeneratedSection(page, ModelTable.NAME).text())
        .as("if the change is meant: mvn -q test-compile exec:exec@models")
        .isEqualTo(ModelTable.text(folder).strip());
  }
}
