package io.octavo.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sample of {@link MutationCampaign}, which looks at far more. */
class MutationTest {
  private static final String SAMPLE = "500";

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
