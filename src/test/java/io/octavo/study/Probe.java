package io.octavo.study;

import io.octavo.CrossEncoder;
import io.octavo.TextClassifier;
import io.octavo.TextEmbedder;
import io.octavo.error.UnsupportedModelException;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Loads small models and says whether they work. What is damaged, not refused, is an error. */
final class Probe {
  /** What a cell says of what works. */
  static final String YES = "yes";

  /** What a cell says of what is refused by name. */
  static final String NO = "no";

  private Probe() {}

  /** The three front doors. */
  enum Door {
    EMBEDDER,
    CLASSIFIER,
    CROSS_ENCODER;

    private void run(ModelSource source) {
      float[] numbers =
          switch (this) {
            case EMBEDDER -> {
              try (TextEmbedder model = TextEmbedder.load(source, LoadOptions.defaults())) {
                yield model.embed("a b");
              }
            }
            case CLASSIFIER -> {
              try (TextClassifier model = TextClassifier.load(source, LoadOptions.defaults())) {
                yield new float[] {model.classify("a b").getFirst().score()};
              }
            }
            case CROSS_ENCODER -> {
              try (CrossEncoder model = CrossEncoder.load(source, LoadOptions.defaults())) {
                yield new float[] {model.score("a", "b")};
              }
            }
          };
      for (float number : numbers) {
        if (!Float.isFinite(number)) {
          throw new IllegalStateException(source.name() + " gives " + Arrays.toString(numbers));
        }
      }
    }
  }

  /** Whether a model works. */
  static String verdict(Door door, ModelSource source) {
    try {
      door.run(source);
      return YES;
    } catch (UnsupportedModelException exception) {
      return NO;
    }
  }

  /** The same for files in memory. */
  static String verdict(Door door, Map<String, byte[]> files) {
    return verdict(door, ModelSource.ofBytes("model", files));
  }

  /** What a model that is refused is refused with. */
  static String refusal(Door door, Map<String, byte[]> files) {
    try {
      door.run(ModelSource.ofBytes("model", files));
    } catch (UnsupportedModelException exception) {
      return String.valueOf(exception.getMessage());
    }
    throw new IllegalStateException("Not refused: " + files.keySet());
  }

  /**
   * Names a test, which must be one.
   *
   * @param name the class below {@code io.octavo} and the method, such as {@code
   *     load.EncoderFamilyTest.tokenOutputsAgree}
   */
  static String test(String name) {
    int method = name.lastIndexOf('.');
    try {
      Class<?> type = Class.forName("io.octavo." + name.substring(0, method));
      if (Arrays.stream(type.getDeclaredMethods())
          .noneMatch(it -> it.getName().equals(name.substring(method + 1)) && isTest(it))) {
        throw new IllegalStateException(type + " has no such test: " + name);
      }
      return "`" + type.getSimpleName() + name.substring(method) + "`";
    } catch (ClassNotFoundException exception) {
      throw new IllegalStateException(exception);
    }
  }

  /** Several tests. */
  static String tests(String... names) {
    return String.join(", ", Stream.of(names).map(Probe::test).toList());
  }

  private static boolean isTest(java.lang.reflect.Method method) {
    return Arrays.stream(method.getAnnotations())
        .anyMatch(
            annotation ->
                List.of("Test", "ParameterizedTest")
                    .contains(annotation.annotationType().getSimpleName()));
  }
}
