package io.octavo.hostile;

import io.octavo.hostile.Specimen.Door;
import io.octavo.load.CheckpointTensor;
import io.octavo.load.ModelSource;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.tensor.DType;
import io.octavo.testing.ConvertedGguf;
import io.octavo.testing.TinyGguf;
import io.octavo.testing.TinySafetensors;
import io.octavo.testing.ZooModel;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Small sound folders of decoders of every family, in every way that such a folder is laid out. */
final class DecoderFolders {
  /** What a template in use has: turns, roles, special tokens, a loop with its variables. */
  static final String TEMPLATE =
      "{%- macro turn(role, text) -%}<|{{ role }}|>\n{{ text | trim }}{{ eos_token }}{%- endmacro"
          + " -%}{%- set ns = namespace(count=0, names=[]) -%}{{- bos_token -}}{%- if"
          + " messages[0]['role'] == 'system' -%}{{- turn('system', messages[0].content) -}}{%- set"
          + " messages = messages[1:] -%}{%- endif -%}{%- for message in messages if"
          + " message['content'] is string -%}{%- if message.role not in ['user', 'assistant'] -%}{{"
          + " raise_exception('only users and assistants') }}{%- endif -%}{%- set ns.count ="
          + " ns.count + loop.index0 * 2 -%}{%- if loop.last and message['content'].startswith('/')"
          + " -%}{{- message['content'].split(' ')[-1] | upper -}}{%- else -%}{{- turn(message.role,"
          + " message['content'].strip() ~ '') -}}{%- endif -%}{%- endfor -%}{%- if"
          + " add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}{%- for i in range(3)"
          + " -%}{{- (messages | length) // (i + 1) if i % 2 else '' -}}{%- endfor -%}";

  private static final Path FOLDER = Path.of("src/test/resources/decoders");
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String SHARDS = "model.safetensors.index.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String SETTINGS = "tokenizer_config.json";

  private static final String GENERATION =
      """
      {"_from_model_config": true, "bos_token_id": 1, "eos_token_id": [2, 3], "pad_token_id": 0,
       "do_sample": true, "temperature": 0.7, "top_k": 20, "top_p": 0.9, "min_p": 0.05,
       "typical_p": 0.95, "repetition_penalty": 1.1, "max_new_tokens": 9, "max_length": 20,
       "suppress_tokens": [4, 5], "begin_suppress_tokens": [6], "transformers_version": "4.51.0"}""";

  private DecoderFolders() {}

  static List<Specimen> all() {
    byte[] bytePairs = HostileTokenizers.bytePairs();
    byte[] unigram = HostileTokenizers.unigram();
    byte[] byteLevel = utf8(DecoderTokenizers.byteLevel());
    byte[] sentencePiece = utf8(DecoderTokenizers.sentencePiece());
    return List.of(
        folder("llama3", settings(read("llama3", byteLevel))),
        folder("llama-yarn, in int8", jinja(inInt8(read("llama-yarn", sentencePiece)))),
        folder("mistral", settings(read("mistral", sentencePiece))),
        folder("qwen2, shards", jinja(inShards(read("qwen2", byteLevel)))),
        folder("qwen3, several templates", severalTemplates(read("qwen3", byteLevel))),
        folder("gemma2", settings(read("gemma2", unigram))),
        folder("gemma3", jinja(read("gemma3", unigram))),
        folder("olmo2", settings(read("olmo2", bytePairs))),
        folder("phi3", settings(read("phi3", sentencePiece))),
        folder("gpt2, in int8", settings(inInt8(read("gpt2", bytePairs)))),
        folder("gpt2", settings(read("gpt2", bytePairs))),
        folder("gptj", read("gptj", bytePairs)),
        folder("codegen", read("codegen", bytePairs)),
        folder("gpt-neox", jinja(read("gpt-neox", bytePairs))),
        folder("opt-350m", settings(read("opt-350m", bytePairs))),
        folder("bloom, shards", settings(inShards(read("bloom", byteLevel)))));
  }

  /** A model as llama.cpp's converter writes it. */
  static TinyGguf converted(String name) {
    Map<String, byte[]> files = read(name, new byte[0]);
    try (SafetensorsCheckpoint checkpoint = open(files)) {
      return ConvertedGguf.of(ZooModel.json(FOLDER.resolve(name).resolve(CONFIG)), checkpoint);
    }
  }

  private static Specimen folder(String name, Map<String, byte[]> files) {
    return new Specimen("decoder " + name, files, "", Door.DECODER);
  }

  private static Map<String, byte[]> read(String name, byte[] tokenizer) {
    Map<String, byte[]> files = new TreeMap<>();
    try {
      for (String file : List.of(CONFIG, WEIGHTS)) {
        files.put(file, Files.readAllBytes(FOLDER.resolve(name).resolve(file)));
      }
    } catch (IOException exception) {
      throw new IllegalStateException(exception);
    }
    files.put(TOKENIZER, tokenizer);
    files.put("generation_config.json", utf8(GENERATION));
    return files;
  }

  private static Map<String, byte[]> settings(Map<String, byte[]> files) {
    files.put(SETTINGS, utf8(settings(quoted(TEMPLATE))));
    return files;
  }

  private static Map<String, byte[]> severalTemplates(Map<String, byte[]> files) {
    String templates =
        "[{\"name\": \"default\", \"template\": %s}, {\"name\": \"tool_use\", \"template\": \"\"}]";
    files.put(SETTINGS, utf8(settings(templates.formatted(quoted(TEMPLATE)))));
    return files;
  }

  private static Map<String, byte[]> jinja(Map<String, byte[]> files) {
    files.put(SETTINGS, utf8(settings("null")));
    files.put("chat_template.jinja", utf8(TEMPLATE));
    return files;
  }

  private static String settings(String template) {
    return """
    {"bos_token": "<s>", "eos_token": {"__type": "AddedToken", "content": "</s>",
      "lstrip": false, "normalized": false, "rstrip": false, "single_word": false},
     "model_max_length": 120, "clean_up_tokenization_spaces": false, "chat_template": %s}"""
        .formatted(template);
  }

  /** A JSON string. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Weights of layers as the reference library of LLM.int8() stores them. */
  private static Map<String, byte[]> inInt8(Map<String, byte[]> files) {
    TinySafetensors written = TinySafetensors.file();
    try (SafetensorsCheckpoint checkpoint = open(files)) {
      for (String name : checkpoint.names()) {
        CheckpointTensor tensor = checkpoint.tensor(name);
        boolean layer = name.endsWith(".weight") && name.matches(".*\\.(layers|h)\\.\\d+\\..*");
        if (layer && tensor.shape().size() == 2) {
          addInt8(written, tensor, name.matches(".*\\.c_(attn|proj|fc)\\.weight"));
        } else {
          add(written, tensor);
        }
      }
    }
    files.put(WEIGHTS, written.bytes());
    return files;
  }

  /** By outputs, also where the float model has the transpose. */
  private static void addInt8(TinySafetensors file, CheckpointTensor tensor, boolean transposed) {
    int first = tensor.shape().getFirst().intValue();
    int second = tensor.shape().getLast().intValue();
    int outputs = transposed ? second : first;
    int inputs = transposed ? first : second;
    byte[] codes = new byte[outputs * inputs];
    float[] largest = new float[outputs];
    float[] row = new float[inputs];
    for (int output = 0; output < outputs; output++) {
      (transposed ? tensor.matrixByColumns(outputs, inputs) : tensor.matrix(outputs, inputs))
          .readRow(output, row, 0);
      for (float weight : row) {
        largest[output] = Math.max(largest[output], Math.abs(weight));
      }
      for (int i = 0; i < inputs; i++) {
        codes[output * inputs + i] = (byte) Math.round(127 * row[i] / largest[output]);
      }
    }
    String name = tensor.name();
    String module = name.substring(0, name.lastIndexOf('.'));
    file.tensor(name, "I8", "[" + outputs + "," + inputs + "]", codes)
        .floats(module + ".SCB", "[" + outputs + "]", largest)
        .tensor(module + ".weight_format", "U8", "[]", new byte[1]);
  }

  private static void add(TinySafetensors file, CheckpointTensor tensor) {
    file.tensor(
        tensor.name(),
        tensor.type() == DType.F32 ? "F32" : tensor.type() == DType.F16 ? "F16" : "BF16",
        tensor.shape().toString(),
        tensor.data().toArray(ValueLayout.JAVA_BYTE));
  }

  private static Map<String, byte[]> inShards(Map<String, byte[]> files) {
    List<TinySafetensors> shards =
        List.of(TinySafetensors.file(), TinySafetensors.file(), TinySafetensors.file());
    List<String> map = new ArrayList<>();
    try (SafetensorsCheckpoint checkpoint = open(files)) {
      for (String name : checkpoint.names()) {
        int shard = map.size() % shards.size();
        add(shards.get(shard), checkpoint.tensor(name));
        map.add("\"%s\": \"%s\"".formatted(name, shard(shard)));
      }
    }
    files.remove(WEIGHTS);
    for (int i = 0; i < shards.size(); i++) {
      files.put(shard(i), shards.get(i).bytes());
    }
    files.put(
        SHARDS,
        utf8(
            "{\"metadata\": {\"total_size\": 1000}, \"weight_map\": {"
                + String.join(", ", map)
                + "}}"));
    return files;
  }

  private static String shard(int index) {
    return "model-0000%d-of-00003.safetensors".formatted(index + 1);
  }

  private static SafetensorsCheckpoint open(Map<String, byte[]> files) {
    return SafetensorsCheckpoint.open(ModelSource.ofBytes("specimen", files), WEIGHTS);
  }
}
