package io.octavo.load;

import io.octavo.json.JsonValue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tokens by which a decoder ends texts, as its files say. */
public final class EndTokenSettings {
  private static final String FIELD = "eos_token_id";

  /** Roles in GGUF files: the end of a text, and the end of a turn. */
  private static final List<String> ROLES = List.of("eos", "eot");

  private EndTokenSettings() {}

  /**
   * Those of a folder: {@code eos_token_id} of {@code generation_config.json}, or else of {@code
   * config.json}, a number or several.
   *
   * @param configuration the name of the latter
   * @throws io.octavo.error.CheckpointException if it is something else
   */
  public static Set<Integer> read(ModelSource source, String configuration) {
    String generation = FileNames.folder(configuration) + "generation_config.json";
    JsonValue field =
        source.has(generation) ? ConfigurationFile.object(source, generation).find(FIELD) : null;
    if (field == null) {
      field = ConfigurationFile.object(source, configuration).find(FIELD);
    }
    return ids(field);
  }

  private static Set<Integer> ids(@Nullable JsonValue field) {
    Set<Integer> ids = new LinkedHashSet<>();
    if (field != null && field.value() instanceof List<?>) {
      field.array().forEach(id -> ids.add(id.integer()));
    } else if (field != null) {
      ids.add(field.integer());
    }
    return ids;
  }

  /** Those of a GGUF file. */
  public static Set<Integer> read(GgufModel model) {
    Set<Integer> ids = new LinkedHashSet<>();
    for (String role : ROLES) {
      OptionalInt id = model.specialToken(role);
      id.ifPresent(ids::add);
    }
    return ids;
  }
}
