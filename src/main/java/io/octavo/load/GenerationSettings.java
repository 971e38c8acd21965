package io.octavo.load;

import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * How a decoder's files say that it generates: {@code generation_config.json}, or without one the
 * fields of the same names in {@code config.json}, as the transformers library reads them; of a
 * GGUF file {@code general.sampling.*} and its tokens that end texts.
 *
 * <p>Where texts end is read at once. The other values are looked at when they are asked for, so
 * that one which means nothing stands in the way of nothing else; each of those methods throws a
 * {@link io.octavo.error.CheckpointException} that names the field then.
 */
public final class GenerationSettings {
  private static final String FILE = "generation_config.json";
  private static final String END = "eos_token_id";

  /** What the library has where {@code top_k} is absent. */
  private static final int TOP_K = 50;

  private final JsonValue fields;
  private final Set<Integer> endTokens;
  private final List<String> ignored;

  private GenerationSettings(JsonValue fields, Set<Integer> endTokens, List<String> ignored) {
    this.fields = fields;
    this.endTokens = Set.copyOf(endTokens);
    this.ignored = List.copyOf(ignored);
  }

  /**
   * Those of a folder.
   *
   * @param configuration the name of its {@code config.json}, which says what ends texts where
   *     {@code generation_config.json} does not
   * @param vocabulary tokens of the model; what is none of them ends no text
   * @throws io.octavo.error.CheckpointException if a file is damaged, or {@code eos_token_id} is
   *     neither a token id nor several
   */
  public static GenerationSettings read(ModelSource source, String configuration, int vocabulary) {
    JsonValue config = ConfigurationFile.object(source, configuration);
    String file = FileNames.folder(configuration) + FILE;
    boolean own = source.has(file);
    JsonValue fields = own ? ConfigurationFile.object(source, file) : config;
    JsonValue end = fields.find(END);
    List<String> ignored =
        new ArrayList<>(own ? GenerationFields.ignored(FILE, fields) : List.of());
    Set<Integer> ends = ids(end == null ? config.find(END) : end);
    for (int id : List.copyOf(ends)) {
      if (id >= vocabulary) {
        ends.remove(id);
        ignored.add(END + " " + id + ", which is none of " + vocabulary + " tokens");
      }
    }
    return new GenerationSettings(fields, ends, ignored);
  }

  /**
   * Those of a GGUF file.
   *
   * @param vocabulary tokens of the model; what is none of them ends no text
   */
  public static GenerationSettings read(GgufModel model, int vocabulary) {
    List<String> ignored = new ArrayList<>();
    Set<Integer> ends = new LinkedHashSet<>();
    for (String role : List.of("eos", "eot")) {
      OptionalInt id = model.specialToken(role);
      if (id.isPresent() && id.getAsInt() < vocabulary) {
        ends.add(id.getAsInt());
      } else if (id.isPresent()) {
        ignored.add(role + "_token_id " + id.getAsInt() + ", which is none of its tokens");
      }
    }
    return new GenerationSettings(model.generation(), ends, ignored);
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

  /** The tokens by which the model ends texts. */
  public Set<Integer> endTokens() {
    return endTokens;
  }

  /** What the file asks for that is not done here, such as beams, for a person. */
  public List<String> ignored() {
    return ignored;
  }

  /** Whether tokens are drawn ({@code do_sample}); otherwise the most probable one is taken. */
  public boolean samples() {
    return ConfigurationFile.bool(fields, "do_sample", false);
  }

  /** {@code temperature}; 0 for the most probable token. */
  public double temperature() {
    return number("temperature", 1, value -> value >= 0 && value <= Float.MAX_VALUE, "0 or more");
  }

  /** {@code top_k}; 0 for all tokens. */
  public int topK() {
    JsonValue field = fields.find("top_k");
    return field == null ? TOP_K : field.integer();
  }

  /** {@code top_p}. */
  public double topP() {
    return share("top_p");
  }

  /** {@code min_p}; 0 for none. */
  public double minP() {
    return number("min_p", 0, value -> value >= 0 && value <= 1, "from 0 to 1");
  }

  /** {@code typical_p}. */
  public double typicalP() {
    return share("typical_p");
  }

  /** {@code repetition_penalty}; 1 for none. */
  public double repetitionPenalty() {
    return number(
        "repetition_penalty", 1, value -> value > 0 && value <= Float.MAX_VALUE, "above 0");
  }

  private double share(String name) {
    return number(name, 1, value -> value > 0 && value <= 1, "above 0 and at most 1");
  }

  private double number(String name, double absent, DoublePredicate sound, String range) {
    JsonValue field = fields.find(name);
    if (field == null) {
      return absent;
    }
    double number = field.number();
    if (!sound.test(number)) {
      throw field.damaged("is " + number + "; it should be " + range);
    }
    return number;
  }

  /** {@code max_new_tokens}: most tokens to generate. */
  public OptionalInt maxTokens() {
    return count("max_new_tokens", 1);
  }

  /** {@code max_length}: most tokens of a prompt and what is generated together. */
  public OptionalInt maxLength() {
    return count("max_length", 2);
  }

  private OptionalInt count(String name, int least) {
    JsonValue field = fields.find(name);
    if (field == null) {
      return OptionalInt.empty();
    }
    if (field.integer() < least) {
      throw field.damaged("is " + field.integer() + "; it should be at least " + least);
    }
    return OptionalInt.of(field.integer());
  }

  /** {@code suppress_tokens}: tokens that are never generated. */
  public Set<Integer> suppressedTokens() {
    return ids(fields.find("suppress_tokens"));
  }

  /** {@code stop_strings}: strings that end a text, a string or several. */
  public List<String> stopStrings() {
    JsonValue field = fields.find("stop_strings");
    if (field == null) {
      return List.of();
    }
    List<JsonValue> strings = field.value() instanceof List<?> ? field.array() : List.of(field);
    for (JsonValue string : strings) {
      if (string.string().isEmpty() || !isText(string.string())) {
        throw string.damaged("is empty, or no text: an unpaired surrogate is in it");
      }
    }
    return strings.stream().map(JsonValue::string).toList();
  }

  /** Whether it has no unpaired surrogate. */
  private static boolean isText(String string) {
    return string
        .codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
