package io.octavo.load;

import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields of the transformers library's {@code GenerationConfig}, by what becomes of them. */
final class GenerationFields {
  /** Those that {@link GenerationSettings} reads. */
  private static final Set<String> SERVED =
      Set.of(
          "eos_token_id",
          "do_sample",
          "temperature",
          "top_k",
          "top_p",
          "min_p",
          "typical_p",
          "repetition_penalty",
          "max_new_tokens",
          "max_length",
          "suppress_tokens",
          "stop_strings");

  /**
   * Those that change no text: where a file is from, how it is computed, what is returned beside
   * the text, and what only matters for beams.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "_from_model_config",
          "_commit_hash",
          "_original_object_hash",
          "transformers_version",
          "bos_token_id",
          "pad_token_id",
          "decoder_start_token_id",
          "use_cache",
          "cache_implementation",
          "cache_config",
          "return_legacy_cache",
          "prefill_chunk_size",
          "low_memory",
          "compile_config",
          "disable_compile",
          "output_attentions",
          "output_hidden_states",
          "output_scores",
          "output_logits",
          "return_dict_in_generate",
          "remove_invalid_values",
          "renormalize_logits",
          "early_stopping",
          "length_penalty",
          "num_beam_groups",
          "diversity_penalty",
          "is_assistant",
          "num_assistant_tokens",
          "num_assistant_tokens_schedule",
          "assistant_confidence_threshold",
          "assistant_lookbehind",
          "target_lookbehind",
          "assistant_early_exit",
          "prompt_lookup_num_tokens",
          "max_matching_ngram_size");

  /** Those that are not served, with the number by which they change nothing. */
  private static final Map<String, Double> NEUTRAL =
      Map.of(
          "num_beams", 1.0,
          "num_return_sequences", 1.0,
          "min_length", 0.0,
          "min_new_tokens", 0.0,
          "no_repeat_ngram_size", 0.0,
          "encoder_no_repeat_ngram_size", 0.0,
          "encoder_repetition_penalty", 1.0,
          "penalty_alpha", 0.0,
          "epsilon_cutoff", 0.0,
          "eta_cutoff", 0.0);

  private GenerationFields() {}

  /** The fields that ask for what is not done, or are unknown. */
  static List<String> ignored(String file, JsonValue fields) {
    List<String> ignored = new ArrayList<>();
    fields
        .fields()
        .forEach(
            (name, field) -> {
              if (!SERVED.contains(name) && !WITHOUT_EFFECT.contains(name) && asks(name, field)) {
                ignored.add(file + ": " + name);
              }
            });
    return ignored;
  }

  private static boolean asks(String name, JsonValue field) {
    return switch (field.value()) {
      case null -> false;
      case Boolean flag -> flag;
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case Number number -> !Double.valueOf(number.doubleValue()).equals(NEUTRAL.get(name));
      default -> true;
    };
  }
}
