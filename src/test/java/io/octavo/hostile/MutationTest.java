package io.octavo.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.ChildJvm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A sample of {@link MutationCampaign}, which looks at far more. */
class MutationTest {
  private static final String SAMPLE = "500";

  /** Damage says nothing where the model was not sound before. */
  @Test
  void undamagedModelsWork() throws Exception {
    for (Specimen specimen : Specimens.all()) {
      Verdict verdict =
          Judge.judge(
              new Variant(
                  0,
                  specimen,
                  specimen.files(),
                  FileKind.CONFIG,
                  List.of(),
                  Variant.Route.BYTES,
                  Map.of(),
                  0));
      assertThat(verdict.violation()).as(specimen.name()).isNull();
      assertThat(verdict.refusal()).as(specimen.name()).isNull();
      assertThat(verdict.finite()).as(specimen.name()).isTrue();
    }
  }

  @Test
  void damagedModelsWorkOrAreRefused() throws Exception {
    ChildJvm campaign =
        ChildJvm.run(
            List.of("-Xmx1g", "-XX:NativeMemoryTracking=summary"), MutationCampaign.class, SAMPLE);
    assertThat(campaign.out())
        .as("standard error: %s", campaign.err())
        .noneMatch(line -> line.startsWith("VIOLATION"))
        .anyMatch(line -> line.startsWith(SAMPLE + " variants from 0 on"));
    assertThat(campaign.status()).isZero();
  }
}
