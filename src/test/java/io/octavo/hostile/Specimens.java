package io.octavo.hostile;

import io.octavo.hostile.Specimen.Door;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinyOnnx;
import io.octavo.testing.TinySafetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Small sound models of every format and family, with every kind of file that is read. */
final class Specimens {
  private static final String LIMIT =
      """
      {"model_max_length": 120, "tokenizer_class": "BertTokenizer", "do_lower_case": true}""";

  private Specimens() {}

  /** All, in an order that is always the same. */
  static List<Specimen> all() throws IOException {
    return Stream.concat(encoders().stream(), DecoderSpecimens.all().stream()).toList();
  }

  /**
   * Some of them.
   *
   * @param kind {@code all}, {@code encoders} or {@code decoders}, in which tokenizers are
   */
  static List<Specimen> of(String kind) throws IOException {
    return switch (kind) {
      case "all" -> all();
      case "encoders" -> encoders();
      case "decoders" -> DecoderSpecimens.all();
      default -> throw new IllegalArgumentException("all, encoders or decoders, not " + kind);
    };
  }

  private static List<Specimen> encoders() throws IOException {
    return List.of(
        onnx("onnx", TinyOnnx.bert()),
        onnx("onnx, Gemm, packed numbers", TinyOnnx.bert().linears(TinyOnnx.Linears.GEMM).packed()),
        onnx(
            "onnx, F16 in single numbers",
            TinyOnnx.bert().linears(TinyOnnx.Linears.TRANSPOSE).type(DType.F16).unpacked()),
        onnx(
            "onnx, external data",
            TinyOnnx.bert().fusedNorm().computedScale().external("weights.bin")),
        new Specimen(
            "BERT",
            with(tiny(HuggingFaceFamily.BERT).files(), "tokenizer_config.json", LIMIT),
            "",
            Door.EMBEDDER),
        new Specimen(
            "RoBERTa, byte pairs, BF16",
            with(
                tiny(HuggingFaceFamily.ROBERTA).type(DType.BF16).files(),
                "tokenizer.json",
                HostileTokenizers.bytePairs()),
            "",
            Door.EMBEDDER),
        new Specimen(
            "XLM-RoBERTa, Unigram, three shards",
            with(
                tiny(HuggingFaceFamily.XLM_ROBERTA).type(DType.F16).shards(3).files(),
                "tokenizer.json",
                HostileTokenizers.unigram()),
            "",
            Door.EMBEDDER),
        new Specimen("MPNet, sentence-transformers", sentence(), "", Door.EMBEDDER),
        new Specimen(
            "DistilBERT, three labels",
            tiny(HuggingFaceFamily.DISTILBERT).labels(3).files(),
            "",
            Door.CLASSIFIER),
        new Specimen(
            "BERT, one label",
            tiny(HuggingFaceFamily.BERT).labels(1).files(),
            "model.safetensors",
            Door.CROSS_ENCODER));
  }

  private static TinyHuggingFace tiny(HuggingFaceFamily family) {
    return TinyHuggingFace.of(family, 1).shape(2, 16, 4, 24);
  }

  private static Specimen onnx(String name, TinyOnnx tiny) throws IOException {
    Path folder = Files.createTempDirectory("octavo-specimen");
    Map<String, byte[]> files = new TreeMap<>();
    try {
      tiny.write(folder.resolve("model.onnx"));
      TinyOnnx.writeTokenizer(folder.resolve("tokenizer.json"), 80);
      try (Stream<Path> written = Files.list(folder)) {
        for (Path file : written.toList()) {
          files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
          Files.delete(file);
        }
      }
    } finally {
      Files.delete(folder);
    }
    return new Specimen(name, files, "model.onnx", Door.EMBEDDER);
  }

  /** MPNet, pooled in two ways, a dense layer, a norm, scaled; with prompts. */
  private static Map<String, byte[]> sentence() {
    Map<String, byte[]> files = tiny(HuggingFaceFamily.MPNET).files();
    with(
        files,
        "modules.json",
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling",
          "type": "sentence_transformers.models.Pooling"},
         {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
         {"idx": 3, "name": "3", "path": "3_LayerNorm",
          "type": "sentence_transformers.models.LayerNorm"},
         {"idx": 4, "name": "4", "path": "4_Normalize",
          "type": "sentence_transformers.models.Normalize"}]""");
    with(
        files,
        "1_Pooling/config.json",
        """
        {"word_embedding_dimension": 16, "pooling_mode_cls_token": true,
         "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false,
         "pooling_mode_mean_sqrt_len_tokens": false, "pooling_mode_weightedmean_tokens": false,
         "pooling_mode_lasttoken": false, "include_prompt": false}""");
    with(
        files,
        "2_Dense/config.json",
        """
        {"in_features": 32, "out_features": 8, "bias": true,
         "activation_function": "torch.nn.modules.activation.Tanh"}""");
    files.put(
        "2_Dense/model.safetensors",
        TinySafetensors.file()
            .floats("linear.bias", "[8]", new float[8])
            .floats("linear.weight", "[8,32]", ramp(8 * 32))
            .bytes());
    with(files, "3_LayerNorm/config.json", "{\"dimension\": 8}");
    files.put(
        "3_LayerNorm/model.safetensors",
        TinySafetensors.file()
            .floats("norm.bias", "[8]", ramp(8))
            .floats("norm.weight", "[8]", ramp(8))
            .bytes());
    with(files, "sentence_bert_config.json", "{\"max_seq_length\": 64, \"do_lower_case\": false}");
    return with(
        files,
        "config_sentence_transformers.json",
        """
        {"__version__": {"sentence_transformers": "3.0.1", "transformers": "4.41.2"},
         "prompts": {"query": "query: ", "passage": "passage: "},
         "default_prompt_name": "query", "similarity_fn_name": "cosine", "truncate_dim": 6}""");
  }

  private static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i % 17 - 8) / 16f;
    }
    return values;
  }

  private static Map<String, byte[]> with(Map<String, byte[]> files, String file, String text) {
    return with(files, file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, byte[]> with(Map<String, byte[]> files, String file, byte[] bytes) {
    files.put(file, bytes);
    return files;
  }
}
