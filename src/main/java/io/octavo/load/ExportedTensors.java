package io.octavo.load;

import io.octavo.layer.Embedding;
import io.octavo.layer.FloatLinear;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.Linear;
import io.octavo.layer.ParameterAttention;
import io.octavo.normalize.LayerNorm;
import io.octavo.quantize.QuantizedWeights;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;

/**
 * The tensors of a model that is written: modules by the names that PyTorch gives them, tables in
 * full. Nothing is copied before it is written.
 */
final class ExportedTensors {
  private final SafetensorsWriter writer = new SafetensorsWriter();
  private LoadProgress progress = LoadProgress.NONE;
  private int total;
  private int done;

  /** Tells {@code listener} of each tensor before it is written. */
  void tell(LoadProgress listener) {
    progress = listener;
  }

  /** A table of embeddings, in the type in which it is held, or in float32 where that is int8. */
  void table(String name, Embedding table) {
    DType type = table.type() == DType.I8 ? DType.F32 : table.type();
    add(
        name,
        type,
        List.of((long) table.rows(), (long) table.width()),
        target -> {
          float[] row = new float[table.width()];
          for (int id = 0; id < table.rows(); id++) {
            table.readRow(id, row);
            TensorBytes.write(target, row, 0, row.length, type);
          }
        });
  }

  /** A table in float32. */
  void table(String name, float[] values, int columns) {
    add(
        name,
        DType.F32,
        List.of((long) (values.length / columns), (long) columns),
        target -> TensorBytes.write(target, values, 0, values.length));
  }

  /** A LayerNorm's {@code weight} and {@code bias}. */
  void norm(String module, LayerNorm norm) {
    vector(module + ".weight", norm.gamma(), 0, norm.width());
    vector(module + ".bias", norm.beta(), 0, norm.width());
  }

  /** A linear layer, as it is held. */
  void linear(String module, Linear linear) {
    switch (linear) {
      case FloatLinear floats -> floats(module, floats);
      case Int8Linear int8 -> int8(module, int8, 0, int8.outputs());
      case ParameterAttention _ ->
          throw new IllegalStateException("No encoder attends to parameters: " + module);
    }
  }

  private void floats(String module, FloatLinear linear) {
    add(
        module + ".weight",
        DType.F32,
        List.of((long) linear.outputs(), (long) linear.inputs()),
        target -> {
          float[] row = new float[linear.inputs()];
          for (int output = 0; output < linear.outputs(); output++) {
            linear.weights().readOutput(output, row);
            TensorBytes.write(target, row, 0, row.length);
          }
        });
    float[] bias = linear.bias();
    if (bias != null) {
      vector(module + ".bias", bias, 0, bias.length);
    }
  }

  /** {@code count} outputs from {@code first} of an int8 layer; see {@link ReferenceInt8}. */
  void int8(String module, Int8Linear linear, int first, int count) {
    QuantizedWeights weights = linear.weights();
    add(
        module + ReferenceInt8.WEIGHT,
        DType.I8,
        List.of((long) count, (long) linear.inputs()),
        target -> {
          byte[] row = new byte[linear.inputs()];
          for (int output = first; output < first + count; output++) {
            for (int input = 0; input < row.length; input++) {
              row[input] = weights.codes().code(output, input);
            }
            target.write(row);
          }
        });
    vector(module + ReferenceInt8.CONSTANTS, weights.absmax(), first, count);
    writer.addUnsignedByte(module + ReferenceInt8.FORMAT, 0);
    float[] bias = linear.bias();
    if (bias != null) {
      vector(module + ".bias", bias, first, count);
    }
  }

  private void vector(String name, float[] values, int first, int count) {
    add(
        name,
        DType.F32,
        List.of((long) count),
        target -> TensorBytes.write(target, values, first, count));
  }

  private void add(String name, DType type, List<Long> shape, SafetensorsWriter.Content content) {
    total++;
    writer.add(
        name,
        type,
        shape,
        target -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException();
          }
          progress.progress(name, done++, total);
          content.write(target);
        });
  }

  /** Writes the file. */
  void write(NewFolder target, String file) throws IOException {
    done = 0;
    writer.writeFile(target.file(file));
    progress.progress("", total, total);
  }
}
