package io.octavo.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small models are sound: independent implementations run them. */
class TinyOnnxTest {
  private final Path folder;

  TinyOnnxTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void onnxRuntimeRunsTheModel() throws OrtException {
    float[][][] expected = run(TinyOnnx.bert());
    assertThat(expected[0]).hasNumberOfRows(4);
    assertThat(expected[0][3]).hasSize(16);
    assertThat(run(TinyOnnx.bert().fusedNorm())[0][3][0])
        .isCloseTo(expected[0][3][0], Offset.offset(1e-4f));
    for (TinyOnnx.Linears linears : TinyOnnx.Linears.values()) {
      for (TinyOnnx tiny :
          new TinyOnnx[] {
            TinyOnnx.bert().linears(linears).computedScale(),
            TinyOnnx.bert().linears(linears).packed().prefix("bert."),
            TinyOnnx.bert().linears(linears).external("weights.bin")
          }) {
        float[][][] same = run(tiny);
        for (int i = 0; i < 16; i++) {
          assertThat(same[0][3][i]).isCloseTo(expected[0][3][i], Offset.offset(1e-4f));
        }
      }
    }
  }

  @Test
  void theTokenizerIsReadable() throws IOException {
    Path file = TinyOnnx.writeTokenizer(folder.resolve("tokenizer.json"), 80);
    NativeLibraries.assumeAllowed("The tokenizers library");
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(file)) {
      // [CLS] b ##a ##d word55 [UNK] [SEP]
      assertThat(tokenizer.encode("Bad word55 !").getIds()).containsExactly(2, 6, 31, 34, 60, 1, 3);
    }
  }

  private float[][][] run(TinyOnnx tiny) throws OrtException {
    Path file = tiny.write(folder.resolve("model.onnx"));
    NativeLibraries.assumeAllowed("ONNX Runtime");
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor ids = OnnxTensor.createTensor(environment, new long[][] {{2, 7, 9, 3}});
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {{1, 1, 1, 1}});
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[][] {{0, 0, 1, 1}});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      return (float[][][]) result.get(0).getValue();
    }
  }
}
