package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;
import java.util.List;

/**
 * CodeGen (arXiv:2203.13474) and CodeGen2 (arXiv:2305.02309): GPT-J with queries, values and keys
 * in groups of one matrix. CodeGen has 4 groups; CodeGen2 comes with code of its own, in which they
 * are stated, and needs {@code mp_num} in {@code config.json}.
 */
final class CodeGenFamily implements DecoderFamily {
  private static final String GROUPS = "mp_num";

  @Override
  public String marker() {
    return GptJFamily.WORD;
  }

  @Override
  public boolean needsNoCode() {
    return true;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    if (config.json().find("auto_map") != null && config.json().find(GROUPS) == null) {
      throw new UnsupportedModelException(
          config.json().file(),
          "auto_map: how queries, keys and values are grouped is stated in Python code; add"
              + " \"mp_num\" to the file: 8 for CodeGen2 1B and 3.7B, 4 for 7B and 16B");
    }
    DecoderDescriptor shape = GptJFamily.shape(config);
    int groups = groups(config);
    if (shape.attention().heads() % groups != 0) {
      throw new CheckpointException(
          config.json().file(),
          GROUPS,
          "is " + groups + ", which does not divide " + shape.attention().heads() + " heads");
    }
    return shape;
  }

  private static int groups(ModelConfig config) {
    return config.size(GROUPS, 4);
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    return GptJFamily.weights(
        tensors,
        config,
        shape,
        name ->
            List.of(
                FusedProjection.byGroup(
                    tensors.linearWithoutBias(name + "qkv_proj", 3 * width, width),
                    groups(config),
                    width)));
  }
}
