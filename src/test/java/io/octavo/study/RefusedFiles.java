package io.octavo.study;

import io.octavo.study.Probe.Door;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinyOnnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files that are refused, and what the message says. */
record RefusedFiles(Path folder) {
  String table() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String file : List.of("pytorch_model.bin", "tf_model.h5")) {
      row(
          rows,
          "`" + file + "` alone",
          Door.EMBEDDER,
          renamed("model.safetensors", file),
          "load.ModelFilesTest.otherFormatsAreRefusedByName");
    }
    for (String file : List.of("vocab.txt", "sentencepiece.bpe.model")) {
      row(
          rows,
          "`" + file + "` without `tokenizer.json`",
          Door.EMBEDDER,
          renamed("tokenizer.json", file),
          "load.ModelFilesTest.tokenizersLieBesideTheWeightsUnderTheirNameOrInTheFolder");
    }
    row(
        rows,
        "another `model_type`",
        Door.EMBEDDER,
        unknownType(),
        "load.EncoderFamilyTest.unknownTypesAndValuesAreRefusedByName");
    row(
        rows,
        "code of its own (`trust_remote_code`)",
        Door.EMBEDDER,
        bert().field("auto_map", "{\"AutoModel\": \"modeling.Model\"}").files(),
        "load.EncoderFamilyTest.unknownTypesAndValuesAreRefusedByName");
    row(
        rows,
        "a quantized ONNX file",
        Door.EMBEDDER,
        quantizedOnnx(folder),
        "load.BertOnnxTest.otherComputationsAreRefused");
    row(
        rows,
        "a classifier in an ONNX file",
        Door.CLASSIFIER,
        onnx(folder, DType.F32),
        "study.ModelTableTest.thePageSaysWhatLoads");
    row(
        rows,
        "an encoder without a head, as a classifier",
        Door.CLASSIFIER,
        bert().files(),
        "SequenceClassifierTest.modelsWithoutAHeadAreRefused");
    return Markdown.textTable(List.of("what", "what the message says", "test"), rows);
  }

  private static TinyHuggingFace bert() {
    return TinyHuggingFace.of(HuggingFaceFamily.BERT, 1);
  }

  private static void row(
      List<List<String>> rows, String what, Door door, Map<String, byte[]> files, String test) {
    rows.add(List.of(what, Probe.refusal(door, files), Probe.test(test)));
  }

  private static Map<String, byte[]> renamed(String from, String to) {
    Map<String, byte[]> files = bert().files();
    byte[] bytes = files.remove(from);
    files.put(to, bytes == null ? new byte[0] : bytes);
    return files;
  }

  static Map<String, byte[]> unknownType() {
    return bert().field("model_type", "\"nomic_bert\"").files();
  }

  static Map<String, byte[]> onnx(Path folder, DType type) throws IOException {
    return files(folder, TinyOnnx.bert().type(type));
  }

  static Map<String, byte[]> quantizedOnnx(Path folder) throws IOException {
    return files(folder, TinyOnnx.bert().quantized());
  }

  private static Map<String, byte[]> files(Path folder, TinyOnnx tiny) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    files.put("model.onnx", Files.readAllBytes(tiny.write(folder.resolve("model.onnx"))));
    Path tokenizer = TinyOnnx.writeTokenizer(folder.resolve("tokenizer.json"), 80);
    files.put("tokenizer.json", Files.readAllBytes(tokenizer));
    return files;
  }
}
