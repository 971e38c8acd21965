package io.octavo.testing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * An encoder run by ONNX Runtime: the independent implementation. It is a native library; where a
 * JVM denies those, the calling test ends here as one that is skipped.
 */
public final class OnnxRuntimeEncoder implements AutoCloseable {
  private final OrtEnvironment environment = environment();
  private final OrtSession session;

  /** Opens a model. */
  public OnnxRuntimeEncoder(Path model) {
    try {
      session = environment.createSession(model.toString(), options());
    } catch (OrtException exception) {
      throw new IllegalStateException(exception);
    }
  }

  /** Opens a model that is in memory. */
  public OnnxRuntimeEncoder(byte[] model) {
    try {
      session = environment.createSession(model, options());
    } catch (OrtException exception) {
      throw new IllegalStateException(exception);
    }
  }

  private static OrtEnvironment environment() {
    NativeLibraries.assumeAllowed("ONNX Runtime");
    return OrtEnvironment.getEnvironment();
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  /** The outputs of a sequence's tokens, all of the first type. */
  public float[][] tokenOutputs(int[] ids) {
    return tokenOutputs(ids, new int[ids.length]);
  }

  /** The outputs of a sequence's tokens. */
  float[][] tokenOutputs(int[] ids, int[] types) {
    return ((float[][][]) run(ids, types, 0))[0];
  }

  /** What the head behind the encoder makes of a sequence; the model's second output. */
  float[] logits(int[] ids, int[] types) {
    return ((float[][]) run(ids, types, 1))[0];
  }

  private Object run(int[] ids, int[] types, int output) {
    long[][] input = new long[1][ids.length];
    long[][] mask = new long[1][ids.length];
    long[][] tokenTypes = new long[1][ids.length];
    for (int i = 0; i < ids.length; i++) {
      input[0][i] = ids[i];
      mask[0][i] = 1;
      tokenTypes[0][i] = types[i];
    }
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put("input_ids", OnnxTensor.createTensor(environment, input));
      inputs.put("attention_mask", OnnxTensor.createTensor(environment, mask));
      inputs.put("token_type_ids", OnnxTensor.createTensor(environment, tokenTypes));
      inputs.keySet().retainAll(session.getInputNames());
      try (OrtSession.Result result = session.run(inputs)) {
        return result.get(output).getValue();
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
    return scaled(mean);
  }

  /** The output of the first token, scaled to length 1. */
  public static double[] firstPooled(float[][] tokens) {
    double[] first = new double[tokens[0].length];
    for (int d = 0; d < first.length; d++) {
      first[d] = tokens[0][d];
    }
    return scaled(first);
  }

  private static double[] scaled(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= Math.sqrt(squares);
    }
    return vector;
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
