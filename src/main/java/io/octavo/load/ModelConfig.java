package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import io.octavo.kernel.Activation;
import io.octavo.kernel.PanelMatrix;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.PositionIds;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's {@code config.json}. A field that is absent has the default of the transformers
 * library's configuration class, since that library leaves defaults out.
 *
 * @param json the file
 */
record ModelConfig(JsonValue json) {
  /** The library's names for activations ({@code ACT2FN}). */
  private static final Map<String, Activation> ACTIVATIONS =
      Map.ofEntries(
          Map.entry("gelu", Activation.GELU_ERF),
          Map.entry("gelu_python", Activation.GELU_ERF),
          Map.entry("gelu_new", Activation.GELU_TANH),
          Map.entry("gelu_fast", Activation.GELU_TANH),
          Map.entry("gelu_pytorch_tanh", Activation.GELU_TANH),
          Map.entry("quick_gelu", Activation.QUICK_GELU),
          Map.entry("silu", Activation.SILU),
          Map.entry("swish", Activation.SILU),
          Map.entry("relu", Activation.RELU),
          Map.entry("relu2", Activation.RELU_SQUARED),
          Map.entry("sigmoid", Activation.SIGMOID),
          Map.entry("tanh", Activation.TANH));

  private static final int LARGEST = 1 << 24;

  /** Far beyond any encoder's; tables of relative positions grow with it. */
  private static final int MOST_POSITIONS = 1 << 20;

  /**
   * A number of things, at least 1.
   *
   * @throws io.octavo.error.CheckpointException if it is no whole number, or out of range
   */
  int size(String name, int absent) {
    return number(name, absent, 1, LARGEST);
  }

  /**
   * Features of a token, or between two layers.
   *
   * @throws io.octavo.error.CheckpointException if it is no whole number, or out of range
   */
  int width(String name, int absent) {
    return number(name, absent, 1, EncoderDescriptor.LARGEST_WIDTH);
  }

  /** The number of attention heads, which share {@code width} features evenly. */
  int heads(String name, int absent, int width) {
    int heads = size(name, absent);
    if (width % heads != 0 || width / heads > PanelMatrix.BLOCK) {
      throw new CheckpointException(
          json.file(),
          name,
          "is "
              + heads
              + ", which does not divide a width of "
              + width
              + " into heads of at most "
              + PanelMatrix.BLOCK);
    }
    return heads;
  }

  /** A number of equal parts that {@code whole} is cut into. */
  int divisor(String name, int absent, int whole) {
    int parts = size(name, absent);
    if (whole % parts != 0) {
      throw new CheckpointException(
          json.file(), name, "is " + parts + ", which does not divide " + whole);
    }
    return parts;
  }

  /** The longest sequence that so many rows of position embeddings serve. */
  int positions(String name, int absent, PositionIds ids) {
    int rows = number(name, absent, 1, MOST_POSITIONS);
    if (rows <= ids.first()) {
      throw new CheckpointException(
          json.file(), name, "is " + rows + ", and positions begin at " + ids.first());
    }
    return rows - ids.first();
  }

  /** A number of things that may be 0, such as a token's id. */
  int number(String name, int absent) {
    return number(name, absent, 0, LARGEST);
  }

  private int number(String name, int absent, int least, int most) {
    JsonValue value = json.find(name);
    if (value == null) {
      return absent;
    }
    int number = value.integer();
    if (number < least || number > most) {
      throw value.damaged("is " + number + "; it should be from " + least + " to " + most);
    }
    return number;
  }

  /** The epsilon of every LayerNorm. */
  double epsilon(String name, double absent) {
    JsonValue value = json.find(name);
    if (value == null) {
      return absent;
    }
    double epsilon = value.number();
    if (!(epsilon >= 0 && epsilon < 1)) {
      throw value.damaged("is " + epsilon + "; it should be from 0 to below 1");
    }
    return epsilon;
  }

  /** An activation by the library's name. */
  Activation activation(String name) {
    JsonValue value = json.find(name);
    if (value == null) {
      return Activation.GELU_ERF;
    }
    Activation activation = ACTIVATIONS.get(value.string());
    if (activation == null) {
      throw refused(value);
    }
    return activation;
  }

  /** The library's name of an activation, the one that most models have it by. */
  static String name(Activation activation) {
    return switch (activation) {
      case GELU_ERF -> "gelu";
      case GELU_TANH -> "gelu_pytorch_tanh";
      case QUICK_GELU -> "quick_gelu";
      case SILU -> "silu";
      case RELU -> "relu";
      case RELU_SQUARED -> "relu2";
      case SIGMOID -> "sigmoid";
      case TANH -> "tanh";
    };
  }

  /** An activation by the library's name; {@code absent} where there is none. */
  Activation activation(String name, Activation absent) {
    return json.find(name) == null ? absent : activation(name);
  }

  /** Yes or no. */
  boolean flag(String name, boolean absent) {
    return ConfigurationFile.bool(json, name, absent);
  }

  /** A number above 0. */
  double real(String name, double absent) {
    JsonValue value = json.find(name);
    if (value == null) {
      return absent;
    }
    double number = value.number();
    if (!(number > 0 && number <= Float.MAX_VALUE)) {
      throw value.damaged("is " + number + "; it should be above 0");
    }
    return number;
  }

  /** Of several names that a field has had, the one that is there, or else the first. */
  String named(String... names) {
    for (String name : names) {
      if (json.find(name) != null) {
        return name;
      }
    }
    return names[0];
  }

  /** The texts of an array; null if it is absent. */
  @Nullable List<JsonValue> array(String name) {
    JsonValue value = json.find(name);
    return value == null ? null : value.array();
  }

  /** The longest sequence. */
  int context(String name, int absent) {
    return number(name, absent, 1, MOST_POSITIONS);
  }

  /**
   * How many tokens a layer with a window sees, {@code sliding_window}.
   *
   * @param absent where the field is absent; where it is null, there is no limit
   */
  int window(int absent) {
    JsonValue field = json.fields().get("sliding_window");
    if (field != null && field.isNull()) {
      return Integer.MAX_VALUE;
    }
    return number("sliding_window", absent, 1, Integer.MAX_VALUE);
  }

  /** What to throw about a sound value that is not served. */
  UnsupportedModelException unsupported(String name) {
    return refused(json.get(name));
  }

  /** Refuses a field that is there with another value than the one that is served. */
  void expect(String name, Object served) {
    JsonValue value = json.find(name);
    if (value != null && !served.equals(value.value())) {
      throw refused(value);
    }
  }

  /**
   * The text of a field that says one of several things.
   *
   * @param absent where the field is absent
   * @param served what is served; anything else is refused
   */
  String choice(String name, String absent, String... served) {
    JsonValue value = json.find(name);
    if (value == null) {
      return absent;
    }
    String text = value.string();
    if (!List.of(served).contains(text)) {
      throw refused(value);
    }
    return text;
  }

  /** Refuses quantized weights in a layout that is not served. */
  void refuseQuantized() {
    JsonValue quantization = json.find("quantization_config");
    if (quantization != null) {
      new ModelConfig(quantization).expect("quant_method", "bitsandbytes");
      new ModelConfig(quantization).expect("load_in_4bit", false);
    }
  }

  /** Refuses what changes every family of encoders alike and is not served. */
  void refuseUnserved() {
    refuseQuantized();
    expect("is_decoder", false);
    expect("add_cross_attention", false);
    JsonValue pruned = json.find("pruned_heads");
    if (pruned != null && !pruned.fields().isEmpty()) {
      throw refused(pruned);
    }
    refuseCode();
  }

  /** Refuses a model whose code is beside it. */
  void refuseCode() {
    JsonValue custom = json.find("auto_map");
    if (custom != null) {
      throw new UnsupportedModelException(
          json.file(), custom.path() + ": a model that needs Python code of its own");
    }
  }

  /** The name of the model's type, such as {@code bert}; the classes' names say it in old files. */
  String type() {
    JsonValue type = json.find("model_type");
    if (type != null) {
      return type.string();
    }
    List<String> classes = architectures();
    if (classes.isEmpty()) {
      throw new UnsupportedModelException(
          json.file(), "it names neither model_type nor architectures");
    }
    String name = classes.getFirst();
    int end = 1;
    while (end < name.length() && !name.startsWith("Model", end) && !name.startsWith("For", end)) {
      end++;
    }
    return name.substring(0, Math.min(end, name.length())).toLowerCase(Locale.ROOT);
  }

  /** The names of the library's classes that the model was saved from. */
  List<String> architectures() {
    JsonValue value = json.find("architectures");
    return value == null ? List.of() : value.array().stream().map(JsonValue::string).toList();
  }

  /** Whether a head in the checkpoint is one that classifies whole texts. */
  boolean classifies() {
    List<String> classes = architectures();
    return classes.isEmpty()
        || classes.stream().anyMatch(name -> name.endsWith("ForSequenceClassification"));
  }

  private UnsupportedModelException refused(JsonValue value) {
    Object found = value.value();
    String shown = found instanceof String text ? "\"" + text + "\"" : String.valueOf(found);
    return new UnsupportedModelException(
        json.file(), value.path() + ": " + shown + " is not supported");
  }
}
