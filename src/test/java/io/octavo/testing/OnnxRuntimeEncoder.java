package io.octavo.testing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** An encoder run by ONNX Runtime: the independent implementation. */
public final class OnnxRuntimeEncoder implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  /** Opens a model. */
  public OnnxRuntimeEncoder(Path model) {
    try {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(model.toString(), options);
    } catch (OrtException exception) {
      throw new IllegalStateException(exception);
    }
  }

  /** The outputs of a sequence's tokens. */
  public float[][] tokenOutputs(int[] ids) {
    long[][] input = new long[1][ids.length];
    long[][] mask = new long[1][ids.length];
    for (int i = 0; i < ids.length; i++) {
      input[0][i] = ids[i];
      mask[0][i] = 1;
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put("input_ids", OnnxTensor.createTensor(environment, input));
      inputs.put("attention_mask", OnnxTensor.createTensor(environment, mask));
      inputs.put("token_type_ids", OnnxTensor.createTensor(environment, new long[1][ids.length]));
      inputs.keySet().retainAll(session.getInputNames());
      try (OrtSession.Result result = session.run(inputs)) {
        return ((float[][][]) result.get(0).getValue())[0];
      }
    } catch (OrtException exception) {
      throw new IllegalStateException(exception);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** The mean of the token outputs, scaled to length 1. */
  public static double[] meanPooled(float[][] tokens) {
    double[] mean = new double[tokens[0].length];
    for (float[] token : tokens) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] += token[d];
      }
    }
    double squares = 0;
    for (double value : mean) {
      squares += value * value;
    }
    for (int d = 0; d < mean.length; d++) {
      mean[d] /= Math.sqrt(squares);
    }
    return mean;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException exception) {
      throw new IllegalStateException(exception);
    }
  }
}
