package io.octavo;

import io.octavo.generate.GenerationOptions;
import io.octavo.generate.SamplingOptions;
import io.octavo.load.GenerationSettings;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a model's files say of generation, as options. */
final class GenerationDefaults {
  private GenerationDefaults() {}

  /**
   * The options.
   *
   * @param vocabulary tokens of the model; what is none of them needs no suppression
   */
  static GenerationOptions of(GenerationSettings settings, int vocabulary) {
    GenerationOptions options =
        GenerationOptions.defaults()
            .withSampling(sampling(settings, vocabulary))
            .withStopStrings(settings.stopStrings());
    if (settings.maxTokens().isPresent()) {
      return options.withMaxTokens(settings.maxTokens().getAsInt());
    }
    return settings.maxLength().isPresent()
        ? options.withMaxLength(settings.maxLength().getAsInt())
        : options;
  }

  private static SamplingOptions sampling(GenerationSettings settings, int vocabulary) {
    Map<Integer, Double> suppressed =
        settings.suppressedTokens().stream()
            .filter(id -> id < vocabulary)
            .collect(Collectors.toMap(Function.identity(), id -> Double.NEGATIVE_INFINITY));
    SamplingOptions options =
        SamplingOptions.defaults()
            .withRepetitionPenalty(settings.repetitionPenalty())
            .withLogitBias(suppressed);
    if (!settings.samples()) {
      return options;
    }
    return options
        .withTemperature(settings.temperature())
        .withTopK(settings.topK())
        .withTopP(settings.topP())
        .withMinP(settings.minP())
        .withTypicalP(settings.typicalP());
  }
}
