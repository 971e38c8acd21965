package io.octavo.load;

import io.octavo.json.JsonOutput;
import io.octavo.json.JsonValue;
import io.octavo.model.Pooling;
import io.octavo.model.PoolingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the Pooling module's {@code config.json}, in its form to version 5.3 and in that since. */
final class SentencePoolingFile {
  /** In the order in which the library puts the vectors behind one another. */
  private static final Map<String, Pooling> FLAGS = new LinkedHashMap<>();

  static {
    FLAGS.put("pooling_mode_cls_token", Pooling.CLS);
    FLAGS.put("pooling_mode_max_tokens", Pooling.MAX);
    FLAGS.put("pooling_mode_mean_tokens", Pooling.MEAN);
    FLAGS.put("pooling_mode_mean_sqrt_len_tokens", Pooling.MEAN_SQRT_LENGTH);
    FLAGS.put("pooling_mode_weightedmean_tokens", Pooling.WEIGHTED_MEAN);
    FLAGS.put("pooling_mode_lasttoken", Pooling.LAST);
  }

  private SentencePoolingFile() {}

  static PoolingPlan read(ModelSource source, SentenceModule module) {
    JsonValue config = module.config(source);
    List<String> names = new ArrayList<>(FLAGS.keySet());
    names.addAll(
        List.of(
            "pooling_mode", "word_embedding_dimension", "embedding_dimension", "include_prompt"));
    config.allowOnly(names.toArray(String[]::new));
    JsonValue width = config.find("embedding_dimension");
    return new PoolingPlan(
        ConfigurationFile.features(width == null ? config.get("word_embedding_dimension") : width),
        modes(config),
        ConfigurationFile.bool(config, "include_prompt", true));
  }

  /** The file that {@link #read} makes the plan of, in the form that every version reads. */
  static byte[] bytes(PoolingPlan plan) {
    Map<String, Object> fields = new LinkedHashMap<>();
    List<Pooling> flagged = FLAGS.values().stream().filter(plan.modes()::contains).toList();
    if (flagged.equals(plan.modes())) {
      fields.put("word_embedding_dimension", plan.width());
      FLAGS.forEach((name, mode) -> fields.put(name, plan.modes().contains(mode)));
    } else {
      // Flags have an order of their own; this form is the newer one.
      fields.put("embedding_dimension", plan.width());
      fields.put("pooling_mode", plan.modes().stream().map(SentencePoolingFile::name).toList());
    }
    fields.put("include_prompt", plan.includePrompt());
    return JsonOutput.bytes(fields);
  }

  private static String name(Pooling mode) {
    return switch (mode) {
      case CLS -> "cls";
      case MAX -> "max";
      case MEAN -> "mean";
      case MEAN_SQRT_LENGTH -> "mean_sqrt_len_tokens";
      case WEIGHTED_MEAN -> "weightedmean";
      case LAST -> "lasttoken";
    };
  }

  private static List<Pooling> modes(JsonValue config) {
    List<Pooling> modes = new ArrayList<>();
    JsonValue named = config.find("pooling_mode");
    if (named != null) {
      List<JsonValue> values = named.value() instanceof List ? named.array() : List.of(named);
      for (JsonValue value : values) {
        Pooling mode = mode(value);
        if (modes.contains(mode)) {
          throw value.damaged("\"" + value.string() + "\" stands there twice");
        }
        modes.add(mode);
      }
      if (modes.isEmpty()) {
        throw named.damaged("names no mode");
      }
      return modes;
    }
    FLAGS.forEach(
        (name, mode) -> {
          if (ConfigurationFile.bool(config, name, false)) {
            modes.add(mode);
          }
        });
    // As in the library, which has always pooled to the mean unless told otherwise.
    return modes.isEmpty() ? List.of(Pooling.MEAN) : modes;
  }

  private static Pooling mode(JsonValue value) {
    return switch (value.string().toLowerCase(Locale.ROOT)) {
      case "cls" -> Pooling.CLS;
      case "max" -> Pooling.MAX;
      case "mean" -> Pooling.MEAN;
      case "mean_sqrt_len_tokens" -> Pooling.MEAN_SQRT_LENGTH;
      case "weightedmean" -> Pooling.WEIGHTED_MEAN;
      case "lasttoken" -> Pooling.LAST;
      default ->
          throw ConfigurationFile.unsupported(
              value, "pooling mode \"" + value.string() + "\" is not supported");
    };
  }
}
