package io.octavo.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octavo.testing.Fixtures;
import io.octavo.testing.Tolerance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The distributions of {@code sampling.json}: kept tokens exactly, probabilities as singles. */
@Tag("core")
class SamplingFixturesTest {
  private static LogitsStep step(JsonNode step) {
    double value = step.get(1).doubleValue();
    return switch (step.get(0).textValue()) {
      case "temperature" -> new Temperature(value);
      case "top_k" -> new TopK((int) value);
      case "top_p" -> new TopP(value);
      case "min_p" -> new MinP(value);
      case "typical_p" -> new TypicalP(value);
      case "repetition_penalty" -> new RepetitionPenalty(value);
      case "frequency_penalty" -> new FrequencyPenalty(value);
      case "presence_penalty" -> new PresencePenalty(value);
      default -> throw new AssertionError("The fixtures have a new step: " + step);
    };
  }

  @Test
  void everyDistributionIsThatOfTheFixtures() {
    int cases = 0;
    for (JsonNode set : Fixtures.read("sampling.json").path("sets")) {
      float[] logits = Fixtures.floats(set.path("logits"));
      Candidates candidates = new Candidates(logits.length);
      TokenHistory history = new TokenHistory(logits.length);
      set.path("history").forEach(token -> history.addGenerated(token.intValue()));
      for (JsonNode each : set.path("cases")) {
        List<LogitsStep> steps = new ArrayList<>();
        each.path("steps").forEach(step -> steps.add(step(step)));
        candidates.reset(logits);
        new SamplingChain(steps).apply(candidates, history);

        int[] kept = IntStream.range(0, candidates.size()).map(candidates::id).toArray();
        int[] expected = new int[each.path("kept").size()];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = each.path("kept").get(i).intValue();
        }
        assertThat(kept).as(each.path("name").textValue()).isEqualTo(expected);

        float[] found = candidates.probabilities();
        float[] probabilities = new float[logits.length];
        for (int place = 0; place < kept.length; place++) {
          probabilities[kept[place]] = found[place];
        }
        Tolerance.single(
            probabilities, Fixtures.doubles(each.path("probabilities")), logits.length);
        cases++;
      }
    }
    assertThat(cases).isGreaterThan(40);
  }
}
