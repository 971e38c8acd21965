package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.model.PoolingPlan;
import io.octavo.model.SentenceHead;
import io.octavo.parallel.Team;
import io.octavo.tensor.NativeMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds what becomes of a pooled vector, with the weights that its modules have in files. */
public final class SentenceHeadFiles {
  private SentenceHeadFiles() {}

  /**
   * Builds the head.
   *
   * @param source the model's files
   * @param pooling what comes before it
   * @param width features of a token's output
   * @param steps what it does
   * @param normalize whether vectors are scaled to length 1, whatever the steps say; null for what
   *     they say
   * @param memory where weights go
   * @param team packs in parallel
   * @throws CheckpointException if a file is absent, damaged, or does not fit the encoder
   */
  public static SentenceHead build(
      ModelSource source,
      PoolingPlan pooling,
      int width,
      List<SentenceStep> steps,
      @Nullable Boolean normalize,
      NativeMemory memory,
      Team team) {
    if (pooling.width() != width) {
      throw new CheckpointException(
          source.place(SentenceModule.FILE),
          "",
          "its pooling takes tokens of "
              + pooling.width()
              + " features; the encoder's have "
              + width);
    }
    SentenceHead.Builder head = SentenceHead.builder(pooling.outputs());
    int features = pooling.outputs();
    boolean normalized = false;
    for (SentenceStep step : steps) {
      normalized = step instanceof SentenceStep.Normalize;
      switch (step) {
        case SentenceStep.Dense dense -> dense(source, dense, features, head, memory, team);
        case SentenceStep.LayerNorm norm -> norm(source, norm, head);
        case SentenceStep.Truncate truncate -> head.truncate(truncate.outputs());
        case SentenceStep.Normalize ignored -> {
          if (!Boolean.FALSE.equals(normalize)) {
            head.normalize();
          }
        }
      }
      features = step instanceof SentenceStep.Normalize ? features : step.outputs();
    }
    if (Boolean.TRUE.equals(normalize) && !normalized) {
      head.normalize();
    }
    return head.build();
  }

  private static void dense(
      ModelSource source,
      SentenceStep.Dense dense,
      int features,
      SentenceHead.Builder head,
      NativeMemory memory,
      Team team) {
    if (dense.inputs() != features) {
      throw new CheckpointException(
          source.place(dense.weights()),
          "",
          "a layer for vectors of " + dense.inputs() + " features where they have " + features);
    }
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(source, dense.weights())) {
      TensorRoles tensors = TensorRoles.of(checkpoint, SentenceStep.Dense.WEIGHT);
      head.dense(
          tensors.matrix(SentenceStep.Dense.WEIGHT, dense.outputs(), dense.inputs()),
          dense.biased() ? tensors.vector(SentenceStep.Dense.BIAS, dense.outputs()) : null,
          dense.activation(),
          memory,
          team);
    } catch (InvalidInputException exception) {
      throw new CheckpointException(
          source.place(dense.weights()), "", String.valueOf(exception.getMessage()), exception);
    }
  }

  private static void norm(
      ModelSource source, SentenceStep.LayerNorm norm, SentenceHead.Builder head) {
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(source, norm.weights())) {
      TensorRoles tensors = TensorRoles.of(checkpoint, SentenceStep.LayerNorm.GAMMA);
      head.layerNorm(
          tensors.vector(SentenceStep.LayerNorm.GAMMA, norm.outputs()),
          tensors.vector(SentenceStep.LayerNorm.BETA, norm.outputs()));
    }
  }
}
