package io.octavo.layer;

import io.octavo.parallel.Team;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import org.jspecify.annotations.Nullable;

/** What becomes of a model's linear layers while it loads. */
public sealed interface LinearFormat {
  /** LLM.int8() or a plain int8 scheme. */
  static LinearFormat int8(LlmInt8 options) {
    return new Int8(options);
  }

  /** Floating point: {@link DType#F32}, {@link DType#F16} or {@link DType#BF16}. */
  static LinearFormat floatingPoint(DType type) {
    return new FloatingPoint(type);
  }

  /**
   * Builds a layer.
   *
   * @param weights {@code [outputs, inputs]}
   * @param bias {@code [outputs]} or null for none
   * @param memory where the weights go
   * @param team builds in parallel
   * @throws io.octavo.error.InvalidInputException if a weight is not finite, or not in the format's
   *     range
   */
  Linear build(WeightMatrix weights, float @Nullable [] bias, NativeMemory memory, Team team);

  /**
   * Int8.
   *
   * @param options how to quantize
   */
  record Int8(LlmInt8 options) implements LinearFormat {
    @Override
    public Linear build(
        WeightMatrix weights, float @Nullable [] bias, NativeMemory memory, Team team) {
      return Int8Linear.quantize(weights, bias, options, memory, team);
    }
  }

  /**
   * Floating point.
   *
   * @param type how a weight is stored
   */
  record FloatingPoint(DType type) implements LinearFormat {
    /** Refuses int8, which is no floating point. */
    public FloatingPoint {
      if (type == DType.I8) {
        throw new IllegalArgumentException("I8 is no floating-point type; use int8(LlmInt8)");
      }
    }

    @Override
    public Linear build(
        WeightMatrix weights, float @Nullable [] bias, NativeMemory memory, Team team) {
      return FloatLinear.pack(weights, bias, type, memory, team);
    }
  }
}
