package io.octavo.hostile;

import io.octavo.LanguageModel;
import io.octavo.chat.ChatMessage;
import io.octavo.error.InvalidInputException;
import io.octavo.generate.GenerationOptions;
import io.octavo.generate.GenerationResult;
import io.octavo.generate.TokenModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.tensor.DType;
import java.util.List;

/** Loads a decoder and asks it for everything that a decoder can be asked for. */
final class DecoderUse {
  private static final GenerationOptions GREEDY =
      GenerationOptions.defaults().withMaxTokens(3).withLogProbabilities(2);

  private static final GenerationOptions SAMPLED =
      GREEDY
          .withTemperature(0.8)
          .withTopK(10)
          .withTopP(0.9)
          .withRepetitionPenalty(1.1)
          .withStopStrings(List.of("the th"));

  private DecoderUse() {}

  /**
   * Loads it and uses it.
   *
   * @param prompts texts; those that are too long for the model are refused as such
   * @return whether all logits are finite
   */
  static boolean of(ModelSource source, LoadOptions options, List<String> prompts) {
    try (LanguageModel model = LanguageModel.load(source, options)) {
      boolean finite = areFinite(model.tokens(DType.F32));
      if (!finite) {
        return false;
      }
      areFinite(model.tokens(DType.I8));
      if (!hasTokenizer(model)) {
        return true;
      }
      for (String prompt : prompts) {
        continued(model, prompt, GREEDY);
        continued(model, prompt, SAMPLED);
      }
      defaults(model);
      if (model.chatTemplate().isPresent()) {
        model.chat(
            List.of(ChatMessage.system("th"), ChatMessage.user("the"), ChatMessage.assistant("he")),
            GREEDY,
            token -> {});
      }
      return true;
    }
  }

  /** With the options of its own files, which may leave no room for a prompt. */
  private static void defaults(LanguageModel model) {
    GenerationOptions own = model.defaultGeneration();
    if (own.maxLength() > 4 && model.contextLength() > 4) {
      model.generator().generate(new int[] {0}, own.withMaxLength(3), token -> {});
    }
  }

  /** A folder without one serves tokens alone. */
  private static boolean hasTokenizer(LanguageModel model) {
    try {
      return model.tokenizer().vocabularySize() > 0;
    } catch (IllegalStateException exception) {
      return false;
    }
  }

  /** What the model expects behind its first tokens. */
  private static boolean areFinite(TokenModel tokens) {
    int last = tokens.vocabularySize() - 1;
    try (TokenSequenceState sequence = tokens.open()) {
      sequence.append(new int[] {last, 0, last / 2});
      for (float logit : sequence.logits()) {
        if (!Float.isFinite(logit)) {
          return false;
        }
      }
    } catch (InvalidInputException exception) {
      // A damaged configuration may leave room for less than three tokens.
      if (tokens.contextLength() >= 3) {
        throw exception;
      }
    }
    return true;
  }

  private static void continued(LanguageModel model, String prompt, GenerationOptions options) {
    int[] ids = model.tokenizer().encode(prompt, Integer.MAX_VALUE);
    boolean fits = ids.length > 0 && ids.length <= model.contextLength();
    try {
      GenerationResult result = model.generate(prompt, options);
      if (!fits) {
        throw new IllegalStateException("continues " + ids.length + " tokens: " + result);
      }
    } catch (InvalidInputException exception) {
      if (fits) {
        throw exception;
      }
    }
  }
}
