package io.octavo.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime, used as it is fastest from Java: input tensors in its own memory beforehand, output
 * copied to the heap at once.
 */
final class OnnxRuntimeEngine implements EncoderEngine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();

  /** All sequences have the same length, so that nothing has to be padded. */
  OnnxRuntimeEngine(Path file, List<int[]> sequences, int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    session = environment.createSession(file.toString(), options);
    int length = sequences.getFirst().length;
    LongBuffer ids = zeros(sequences.size() * length);
    LongBuffer mask = zeros(sequences.size() * length);
    for (int[] sequence : sequences) {
      for (int id : sequence) {
        ids.put(id);
        mask.put(1);
      }
    }
    LongBuffer types = zeros(sequences.size() * length);
    long[] shape = {sequences.size(), length};
    inputs.put("input_ids", OnnxTensor.createTensor(environment, ids.rewind(), shape));
    inputs.put("attention_mask", OnnxTensor.createTensor(environment, mask.rewind(), shape));
    inputs.put("token_type_ids", OnnxTensor.createTensor(environment, types, shape));
    inputs.keySet().retainAll(session.getInputNames());
  }

  private static LongBuffer zeros(int count) {
    return ByteBuffer.allocateDirect(count * Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
  }

  @Override
  public Object tokenOutputs() {
    try (OrtSession.Result result = session.run(inputs)) {
      return ((OnnxTensor) result.get(0)).getFloatBuffer();
    } catch (OrtException exception) {
      throw new IllegalStateException(exception);
    }
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException exception) {
      throw new IllegalStateException(exception);
    }
  }
}
