package io.octavo.study;

import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinySafetensors;
import java.util.Map;

/** A small BERT whose linear layers are int8 in the layout of LLM.int8()'s reference library. */
final class ReferenceInt8Files {
  private ReferenceInt8Files() {}

  static Map<String, byte[]> bert() {
    TinyHuggingFace tiny = TinyHuggingFace.of(HuggingFaceFamily.BERT, 1);
    tiny.field(
        "quantization_config",
        "{\"quant_method\": \"bitsandbytes\", \"load_in_8bit\": true, \"load_in_4bit\": false}");
    TinySafetensors file = TinySafetensors.file();
    for (String name : tiny.names()) {
      float[] values = tiny.values(name);
      boolean linear = name.startsWith("encoder.") && !name.contains("LayerNorm");
      if (linear && name.endsWith(".weight")) {
        String module = name.substring(0, name.length() - ".weight".length());
        linear(file, module, values, tiny.values(module + ".bias").length);
      } else {
        file.floats(name, shape(name, values.length), values);
      }
    }
    Map<String, byte[]> files = tiny.files();
    files.put("model.safetensors", file.bytes());
    return files;
  }

  private static String shape(String name, int numbers) {
    boolean matrix = name.endsWith("embeddings.weight") || name.equals("pooler.dense.weight");
    return matrix ? "[%d,40]".formatted(numbers / 40) : "[%d]".formatted(numbers);
  }

  private static void linear(TinySafetensors file, String module, float[] values, int outputs) {
    int inputs = values.length / outputs;
    byte[] codes = new byte[values.length];
    float[] absmax = new float[outputs];
    for (int i = 0; i < values.length; i++) {
      absmax[i / inputs] = Math.max(absmax[i / inputs], Math.abs(values[i]));
    }
    for (int i = 0; i < values.length; i++) {
      codes[i] = (byte) Math.rint(127 * values[i] / absmax[i / inputs]);
    }
    file.tensor(module + ".weight", "I8", "[%d,%d]".formatted(outputs, inputs), codes)
        .floats(module + ".SCB", "[%d]".formatted(outputs), absmax)
        .tensor(module + ".weight_format", "U8", "[]", new byte[1]);
  }
}
