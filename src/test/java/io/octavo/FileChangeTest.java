package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.error.CheckpointException;
import io.octavo.load.BertOnnx;
import io.octavo.load.LoadOptions;
import io.octavo.load.OnnxCheckpoint;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.WeightMatrix;
import io.octavo.testing.ChildJvm;
import io.octavo.testing.TinyOnnx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model's file is changed while the model is in use, in a JVM that may crash of it. */
class FileChangeTest {
  private static final String TEXT = "a b c d";
  private static final LlmInt8 OUTLIERS =
      LlmInt8.defaults().withThreshold(1e-3f).withOutlierLimit(1f);

  /** Changes the file of a model that is loaded, and says what became of the model. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Path file = Path.of(arguments[1]);
      try {
        if (arguments[0].equals("load")) {
          load(file);
        } else {
          use(file, arguments[0], arguments[2]);
        }
      } catch (CheckpointException exception) {
        System.out.println(exception.getMessage());
      }
    }

    private static void use(Path file, String change, String outlierWeights) throws IOException {
      LlmInt8 int8 = OUTLIERS.withOutlierWeights(OutlierWeights.valueOf(outlierWeights));
      LoadOptions options = LoadOptions.defaults().withQuantization(int8);
      try (TextEmbedder embedder = TextEmbedder.load(file, options)) {
        float[] before = embedder.embed(TEXT);
        change(file, change);
        boolean same = Arrays.equals(before, embedder.embed(TEXT));
        System.out.println(same ? "same" : "other numbers");
      }
    }

    /** The file becomes shorter while its weights are read, by code that is compiled by then. */
    private static void load(Path file) throws IOException {
      try (OnnxCheckpoint checkpoint = OnnxCheckpoint.open(file)) {
        WeightMatrix weights =
            BertOnnx.read(checkpoint).weights().layers().getLast().expand().weight();
        float[] values = new float[weights.rows() * weights.columns()];
        for (int i = 0; i < 1000; i++) {
          weights.readRows(0, weights.rows(), values, 0);
          weights.readRow(i % weights.rows(), values, 0);
        }
        change(file, "truncate");
        weights.readRows(0, weights.rows(), values, 0);
        System.out.println("read what is not there");
      }
    }

    private static void change(Path file, String how) throws IOException {
      Path other = file.resolveSibling("other.onnx");
      switch (how) {
        case "truncate" -> {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(10);
          }
        }
        case "overwrite" -> Files.write(file, Files.readAllBytes(other));
        case "append" -> Files.write(file, new byte[1], StandardOpenOption.APPEND);
        case "replace" -> Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        case "delete" -> Files.delete(file);
        default -> throw new IllegalArgumentException(how);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "truncate,  HALF, was changed since it was loaded",
    "overwrite, HALF, was changed since it was loaded",
    "append,  SOURCE, was changed since it was loaded",
    "replace,   HALF, same",
    "delete,    HALF, same",
    "truncate,  INT8, same",
    "load,      HALF, was changed since it was loaded",
  })
  void changesAreRefusedOrOfNoEffect(
      String change, String outlierWeights, String words, @TempDir Path folder) throws Exception {
    Path file = tiny(1).write(folder.resolve("model.onnx"));
    tiny(2).write(folder.resolve("other.onnx"));
    TinyOnnx.writeTokenizer(folder.resolve("tokenizer.json"), 150);
    ChildJvm child = ChildJvm.run(List.of(), Child.class, change, file.toString(), outlierWeights);
    assertThat(child.err()).noneMatch(line -> line.contains("Exception"));
    assertThat(child.status()).isZero();
    assertThat(child.out()).singleElement().asString().contains(words);
  }

  private static TinyOnnx tiny(int seed) {
    return TinyOnnx.bert().shape(2, 96, 6, 130).tables(150, 140, 2).seed(seed);
  }
}
